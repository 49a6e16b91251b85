import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { allowedAgentStates, AGENT_STATES } from '../../src/domain/agent-state';
import { ATTEMPT_STATES, moveAttempt } from '../../src/domain/attempt-state';
import {
  CAMPAIGN_COMMANDS,
  CAMPAIGN_STATES,
  commandCampaign,
  settledCampaign,
} from '../../src/domain/campaign-state';

const architecture = readFileSync('ARCHITECTURE.md', 'utf8');
const readme = readFileSync('README.md', 'utf8');
const names = z.record(z.string(), z.string());
const { dependencies, devDependencies } = z
  .object({ dependencies: names, devDependencies: names })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));
const tables = architecture.slice(architecture.indexOf('## Dependencies'));
const explained = [...tables.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell]) =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
);

test('ARCHITECTURE.md gives every dependency one line with its reason, and no other', () => {
  expect([...explained].sort()).toEqual(
    [...Object.keys(dependencies), ...Object.keys(devDependencies)].sort(),
  );
});

test.each(['ARCHITECTURE.md', 'README.md'])('what %s links to is there', (file) => {
  const links = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)\)/g)];
  for (const [, path] of links) expect([path, existsSync(path ?? '')]).toEqual([path, true]);
});

test('the code map has every folder that the import rules speak of', () => {
  const rules = readFileSync('.dependency-cruiser.cjs', 'utf8');
  const rooms = [...rules.matchAll(/room\('[^']+', '([^']+)'/g)].map(([, path]) => path ?? '');
  expect(rooms.length).toBeGreaterThan(5);
  const present = rooms.filter((path) => existsSync(path));
  for (const path of present) expect(architecture).toContain(`| \`${path}/\` |`);
});

test('the drawn agent states change only as the machine allows', () => {
  const drawing =
    /### Agent's session[\s\S]*?```mermaid([\s\S]*?)```/.exec(architecture)?.[1] ?? '';
  const arrows = [...drawing.matchAll(/^ {2}(\w+) --> (\w+)/gm)];
  expect(arrows.length).toBeGreaterThan(20);
  for (const state of AGENT_STATES) expect(drawing).toContain(state);
  for (const [, from, to] of arrows) {
    const state = AGENT_STATES.find((known) => known === from);
    expect([from, to, state !== undefined && allowedAgentStates(state)]).toEqual([
      from,
      to,
      expect.arrayContaining([to]),
    ]);
  }
});

const drawnArrows = (heading: string): string[] => {
  const drawing = new RegExp(`### ${heading}[\\s\\S]*?\`\`\`mermaid([\\s\\S]*?)\`\`\``).exec(
    architecture,
  );
  return [...(drawing?.[1] ?? '').matchAll(/^ {2}(\w+) --> (\w+)(?:: (\w+))?/gm)].map(
    ([, from, to, label]) => [from, to, label].join(' '),
  );
};

test('the drawn attempt states are those of the machine', () => {
  const machine = ATTEMPT_STATES.flatMap((from) =>
    ATTEMPT_STATES.filter((to) => succeeds(() => moveAttempt(from, to))).map(
      (to) => `${from} ${to}`,
    ),
  );
  const drawn = drawnArrows('Attempt').map((arrow) => arrow.split(' ').slice(0, 2).join(' '));
  expect(drawn.sort()).toEqual(machine.sort());
});

test('the drawn campaign commands and their ends are those of the machine', () => {
  const machine = CAMPAIGN_STATES.flatMap((from) => [
    ...CAMPAIGN_COMMANDS.filter((command) => succeeds(() => commandCampaign(from, command))).map(
      (command) => `${from} ${commandCampaign(from, command)} ${command}`,
    ),
    ...[settledCampaign(from)].flatMap((to) => (to === null ? [] : [`${from} ${to} last`])),
  ]);
  expect(drawnArrows('Campaign').sort()).toEqual(machine.sort());
});

function succeeds(move: () => unknown): boolean {
  try {
    move();
    return true;
  } catch {
    return false;
  }
}

test('README.md names the two commands', () => {
  for (const command of ['npm run demo', 'npm test']) expect(readme).toContain(`\n${command}\n`);
});
