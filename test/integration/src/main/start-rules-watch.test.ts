import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { RoleContext } from '../../../../src/main/role-context';
import { startRulesWatch } from '../../../../src/main/start-rules-watch';
import { eventually } from '../../../support/eventually';
import { makeFloor } from '../../../support/floor';
import { makeGate } from '../../../support/gate';
import { createTestDatabase } from '../../../support/postgres';
import { approvePack, bindCalendar, proposePack } from '../../../support/rule-versions';

test('a calendar in use that ends is in the metric and once in the log', async () => {
  const database = await createTestDatabase();
  const { db } = database;
  const rule = { id: 'test.day', kind: 'holiday', force: 'policy', cite: 'test' } as const;
  await proposePack(db, 'TEST.RULES', 1, [{ ...rule, calendar: 'TEST', types: ['company'] }]);
  await approvePack(db, 'TEST.RULES', 1);
  await bindCalendar(db, 'TEST', '1', { years: [2020], entries: {} });
  await makeFloor(db, { rulePacks: ['DEMO.OPEN', 'TEST.RULES'] });
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
  const registry = new Registry();
  const start = () => startRulesWatch({ db, log, registry, gate: makeGate(db) } as RoleContext);
  const missing = async (): Promise<number> =>
    Number(
      /^santun_calendar_missing_years\{calendar="TEST",reason="missing"\} (\d)$/m.exec(
        await registry.metrics(),
      )?.[1] ?? 0,
    );
  const first = start();
  await eventually('the metric', 10_000, async () => ((await missing()) > 0 ? true : null));
  await first.stop();
  const told = (): number => lines.filter((line) => line.includes('"calendarId":"TEST"')).length;
  expect(told()).toBe(await missing());
  registry.clear();
  const again = start();
  await eventually('the metric', 10_000, async () => ((await missing()) > 0 ? true : null));
  await again.stop();
  // it stands, and nobody is told twice a day
  expect(told()).toBe(await missing());
  await database.drop();
}, 30_000);
