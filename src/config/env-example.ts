import { environmentSchema, variableDoc, VARIABLE_NAMES } from './environment-schema';

const WIDTH = 98;

/**
 * The text of `.env.example`: every variable with what it is for, what it accepts, and its default
 * (or an example, where it has none).
 */
export function renderEnvExample(): string {
  const blocks = VARIABLE_NAMES.map((name) => {
    const { about, accepted, example } = variableDoc(name);
    const fallback: unknown = environmentSchema.shape[name].safeParse(undefined).data;
    const unset = fallback === undefined ? ' Unset by default.' : '';
    const text = typeof fallback === 'string' || typeof fallback === 'number' ? fallback : '';
    return [
      ...comment(about),
      ...comment(`Accepted: ${accepted}.${unset}`),
      `# ${name}=${example ?? text}`,
    ].join('\n');
  });
  const head = comment(
    'Copy to .env and take the # off the lines to change; they show the defaults. Written by `npm run env-example` from the schema in src/config.',
  ).join('\n');
  return `${[head, ...blocks].join('\n\n')}\n`;
}

/** Wraps text into comment lines. */
function comment(text: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
