import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const support = join(__dirname, '../../../support');

function decisionsUnder(zone: string): { offset: string; decisions: string[] } {
  const lines = execFileSync(
    process.execPath,
    ['-r', join(support, 'typescript-hook.cjs'), join(support, 'golden-decisions.ts')],
    { env: { ...process.env, TZ: zone }, encoding: 'utf8', timeout: 60_000 },
  )
    .trim()
    .split('\n');
  const [offset = '', ...decisions] = lines;
  return { offset, decisions };
}

it('decides the same, byte for byte, in whatever zone the process runs', () => {
  const utc = decisionsUnder('UTC');
  expect(utc.decisions).toHaveLength(129);
  for (const [zone, offset] of [
    ['Pacific/Kiritimati', '-840'],
    ['America/St_Johns', '150'],
  ] as const) {
    const other = decisionsUnder(zone);
    // the child did run in that zone
    expect(other.offset).toBe(offset);
    expect(other.decisions).toEqual(utc.decisions);
  }
}, 120_000);
