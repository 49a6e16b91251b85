import { LANGUAGES, type Said } from './said';

/**
 * Divides a text between its lines into parts that are short enough, the languages at the same places.
 * @param text both languages have the same lines
 * @param limit characters of a part; a line alone may be longer
 */
export function splitText(text: Said, limit: number): readonly Said[] {
  const lines = text.id.split('\n').map((id, index) => ({
    id,
    en: text.en.split('\n')[index] ?? '',
  }));
  const parts: Said[] = [];
  for (const line of lines) {
    const last = parts.at(-1);
    const longer = last && { id: `${last.id}\n${line.id}`, en: `${last.en}\n${line.en}` };
    if (longer !== undefined && LANGUAGES.every((each) => longer[each].length <= limit)) {
      parts[parts.length - 1] = longer;
    } else {
      parts.push(line);
    }
  }
  return parts;
}
