import { describeRule } from '../../../../dialer/compliance/describe-rule';
import type { Rule } from '../../../../dialer/compliance/rule-pack';
import { shippedPacks } from '../../../../dialer/compliance/shipped/shipped-packs';
import { LANGUAGES } from '../../../../dialer/compliance/words';

const base = { id: 'r', force: 'law', cite: 'x' } as const;

test.each<[Rule, string, string]>([
  [
    {
      ...base,
      kind: 'window',
      windows: [{ days: [1, 2, 3, 4, 5, 6], from: '08:00', to: '20:00' }],
      overridableBy: ['time'],
    },
    'Panggilan hanya Senin–Sabtu 08.00–20.00 waktu setempat. Dapat dikesampingkan oleh persetujuan waktu dari debitur.',
    "Calls only Monday–Saturday 08:00–20:00, local time. The debtor's consent to a time lifts it.",
  ],
  [
    {
      ...base,
      kind: 'cap',
      scope: ['person', 'debt'],
      count: 'attempt',
      excludeOutcomes: ['busy'],
      max: 7,
      period: { localDays: 7 },
      exemptBy: ['frequency'],
    },
    'Paling banyak 7 percobaan panggilan per orang dan utang dalam 7 hari kalender; tidak dihitung: nada sibuk. Dapat dikesampingkan oleh persetujuan frekuensi dari debitur.',
    "At most 7 call attempts per person and debt within 7 calendar days; not counted: busy. The debtor's consent to more calls lifts it.",
  ],
  [
    {
      ...base,
      kind: 'cap',
      scope: ['person'],
      count: 'attempt',
      max: 10,
      period: { localDays: 3 },
      blockFor: { localDays: 4 },
    },
    'Paling banyak 10 percobaan panggilan per orang dalam 3 hari kalender. Setelah tercapai, tidak menelepon selama 4 hari kalender.',
    'At most 10 call attempts per person within 3 calendar days. Once reached, no calls for 4 calendar days.',
  ],
  [
    {
      ...base,
      kind: 'cap',
      scope: ['person'],
      count: ['conversation'],
      max: 1,
      period: { localDays: 1 },
      when: { place: ['work'] },
    },
    'Paling banyak 1 kontak (percakapan) per orang dalam 1 hari kalender. Hanya untuk telepon tempat kerja.',
    'At most 1 contact (conversation) per person within 1 calendar day. Only for the telephone: work.',
  ],
  [
    {
      ...base,
      kind: 'redial',
      after: ['abandoned'],
      scope: ['number'],
      period: { hours: 72 },
      effect: 'agent_reserved',
    },
    'Panggilan ulang dibatasi 72 jam per nomor setelah panggilan diangkat tanpa petugas. Bila dilanggar, hanya dengan petugas yang sudah siap.',
    'Calling again is restricted for 72 hours per number after: answered with no agent. When it fails, only with an agent already held.',
  ],
  [
    { ...base, kind: 'hold', on: ['*'] },
    'Tidak menelepon selama ada penahanan: apa pun jenisnya.',
    'No calls during a hold: of any kind.',
  ],
  [
    { ...base, kind: 'recording', mode: 'all_party' },
    'Pengaturan: perekaman hanya bila semua pihak setuju.',
    'Setting: recording only when all agree.',
  ],
])('%#', (rule, id, en) => {
  expect(describeRule(rule, 'id')).toBe(id);
  expect(describeRule(rule, 'en')).toBe(en);
});

test('every rule that ships is told in both languages, without a code or a gap', () => {
  for (const rule of shippedPacks.flatMap(({ rules }) => rules)) {
    const [id = '', en = ''] = LANGUAGES.map((language) => describeRule(rule, language));
    expect(id).not.toBe(en);
    for (const sentence of [id, en]) {
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(sentence).not.toMatch(/_|undefined|NaN/);
    }
  }
});

test('whom a rule is only for is told in the language of the sentence', () => {
  const rule: Rule = {
    ...base,
    kind: 'dpd',
    max: 90,
    when: { collector: ['first_party', 'third_party'], purpose: ['locate'], debtKind: ['medical'] },
  };
  expect(describeRule(rule, 'id')).toBe(
    'Hanya sampai tunggakan 90 hari. Hanya untuk penagihan oleh kreditur sendiri atau jasa penagihan; tujuan menanyakan keberadaan debitur; jenis utang medical.',
  );
  expect(describeRule(rule, 'en')).toBe(
    'Only up to 90 days past due. Only for collection by the creditor itself or an agency; the purpose of asking where the debtor is; kind of debt medical.',
  );
});

test('a quiet time without an end in sight has no dates', () => {
  const quiet: Rule = {
    ...base,
    kind: 'blackout',
    dateFrom: '2020-01-01',
    dateTo: '2099-12-31',
    windows: [{ days: [5], from: '11:30', to: '13:00' }],
  };
  expect(describeRule(quiet, 'id')).toBe('Tidak menelepon Jumat 11.30–13.00.');
});
