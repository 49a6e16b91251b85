import { pino } from 'pino';
import { Registry } from 'prom-client';
import { watchClock } from '../../../../src/main/clock-watch';
import { readiness } from '../../../../src/main/readiness';
import { eventually } from '../../../support/eventually';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const shifted = (ms: number) => () => new Date(Date.now() + ms);
const config = { roles: ['scheduler'] as const, mediaEngines: [] };

test.each([
  [0, true],
  [900, true],
  [-1_500, false],
  [1_500, false],
])('a clock that is %i ms off: ready %s', async (ms, ok) => {
  const checks = await readiness({ db: database.db, config, clock: shifted(ms) })();
  expect(checks.find(({ name }) => name === 'clock')?.ok).toBe(ok);
  expect(checks.find(({ name }) => name === 'database')?.ok).toBe(true);
});

test('what is wrong is measured at each look, and told once a minute', async () => {
  const lines: { level: number; skewMs?: number; msg: string }[] = [];
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line) as never) });
  const registry = new Registry();
  let offMs = 5_000;
  let looks = 0;
  const watch = watchClock({
    db: database.db,
    log,
    registry,
    lookIntervalMs: 5,
    clock: () => {
      looks += 1;
      return shifted(offMs)();
    },
  });
  const skew = async (): Promise<number> => {
    const text = await registry.metrics();
    return Number(/^santun_clock_skew_seconds (\S+)$/m.exec(text)?.[1]);
  };
  await eventually('five looks', 5_000, () => Promise.resolve(looks >= 10 ? looks : null));
  expect(await skew()).toBeGreaterThan(4);
  offMs = 0;
  await eventually('the skew is over', 5_000, async () => ((await skew()) === 0 ? true : null));
  await watch.stop();
  expect(lines.map(({ level }) => level)).toEqual([40]);
  expect(lines[0]!.msg).toContain('nothing is dialed');
  expect(lines[0]!.skewMs).toBeGreaterThan(4_000);
});
