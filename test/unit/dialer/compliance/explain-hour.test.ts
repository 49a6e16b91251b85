import { explainHour } from '../../../../dialer/compliance/explain-hour';
import { bareCall } from '../../../../dialer/compliance/hour-map';
import type { RulePack } from '../../../../dialer/compliance/rule-pack';
import type { StackEntry } from '../../../../dialer/compliance/stack';

function pack(id: string, rules: RulePack['rules']): RulePack {
  return { id, version: 1, jurisdiction: 'ID', effectiveFrom: '2020-01-01', rules };
}
const hours = { from: '08:00', to: '20:00' };
const STACK: readonly StackEntry[] = [
  {
    layer: 'statute',
    pack: pack('ID.OJK.POJK22', [
      {
        id: 'window',
        kind: 'window',
        force: 'law',
        cite: 'POJK 22/2023 Pasal 62(2)f',
        windows: [{ days: [1, 2, 3, 4, 5, 6], ...hours }],
      },
    ]),
  },
  {
    layer: 'association',
    pack: pack('ID.AFPI', [
      {
        id: 'desk',
        kind: 'window',
        force: 'association',
        cite: 'Pedoman Perilaku AFPI',
        windows: [{ days: [1, 2, 3, 4, 5, 6, 7], ...hours }],
      },
    ]),
  },
  {
    layer: 'creditor',
    pack: pack('HOUSE', [
      { id: 'gap', kind: 'gap', force: 'policy', cite: 'x', scope: ['person'], minutes: 120 },
    ]),
  },
];
const JAKARTA = bareCall({ zones: ['Asia/Jakarta'] });
const SUNDAY = '2026-11-29T03:00:00.000Z';

test('Sunday 10:00 in Indonesian: who allows, who forbids, and what holds', () => {
  const told = explainHour(STACK, {}, JAKARTA, SUNDAY, 'id');
  expect(told.open).toBe(false);
  expect(told.summary).toBe(
    'Minggu 10.00 WIB: ID.OJK.POJK22 melarang (POJK 22/2023 Pasal 62(2)f), ID.AFPI membolehkan → tidak boleh',
  );
  expect(told.details).toEqual([
    'ID.OJK.POJK22@1: Di luar jam penagihan: Senin–Sabtu 08.00–20.00 waktu setempat. Waktu setempat debitur: Minggu, 29 November 2026 pukul 10.00 WIB. Dasar hukum: POJK 22/2023 Pasal 62(2)f.',
    'ID.AFPI@1: Dalam jam yang diperbolehkan. Ketentuan asosiasi, bukan undang-undang: Pedoman Perilaku AFPI.',
  ]);
  expect(told.when).toBe('Boleh mulai Senin, 30 November 2026 pukul 08.00 WIB.');
});

test('Monday 10:00 in English, on three clocks from west to east', () => {
  const facts = bareCall({ zones: ['Asia/Jakarta', 'Asia/Jayapura', 'Asia/Makassar'] });
  const told = explainHour(STACK, {}, facts, '2026-11-30T03:00:00.000Z', 'en');
  expect(told.summary).toBe(
    'Monday 10:00 WIB / Monday 11:00 WITA / Monday 12:00 WIT: ID.OJK.POJK22 allows, ID.AFPI allows → allowed',
  );
  expect(told.when).toBe(
    'Open until Monday, 30 November 2026, 18:00 WIB / Monday, 30 November 2026, 19:00 WITA / Monday, 30 November 2026, 20:00 WIT.',
  );
});

test('rules that speak of no hours leave them open, and it says so', () => {
  const told = explainHour(STACK.slice(2), {}, JAKARTA, SUNDAY, 'en');
  expect(told).toMatchObject({
    summary: 'Sunday 10:00 WIB: no rule speaks of the hour → allowed',
    open: true,
    details: [],
    when: '',
  });
});

test('a rule that speaks of other calls is silent', () => {
  const [law, ...rest] = STACK;
  const atWork = {
    layer: 'statute',
    pack: {
      ...law!.pack,
      rules: law!.pack.rules.map((r) => ({ ...r, when: { place: ['work'] } })),
    },
  } as const satisfies StackEntry;
  const told = explainHour([atWork, ...rest], {}, JAKARTA, SUNDAY, 'id');
  expect(told.summary).toBe('Minggu 10.00 WIB: ID.AFPI membolehkan → boleh');
});

test('no zone is no hour', () => {
  const told = explainHour(STACK, {}, bareCall({ zones: [] }), SUNDAY, 'id');
  expect(told.summary).toBe('engine melarang (no zone is known) → tidak boleh');
  expect(told.details[0]).toContain('Zona waktu debitur tidak diketahui');
});

test('an hour that the clock shows twice is told with both names of its zone', () => {
  const facts = bareCall({ zones: ['America/New_York'] });
  const told = (at: string) => explainHour(STACK, {}, facts, at, 'id').details[0];
  expect(told('2026-11-01T05:30:00.000Z')).toContain('1 November 2026 pukul 01.30 EDT/EST.');
  expect(told('2026-11-01T12:30:00.000Z')).toContain('1 November 2026 pukul 07.30 EST.');
});
