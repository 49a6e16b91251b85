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
      count: ['conversation'],
      max: 1,
      period: { localDays: 1 },
      when: { place: ['work'] },
    },
    'Paling banyak 1 kontak (percakapan) per orang dalam 1 hari kalender. Hanya untuk tempat work.',
    'At most 1 contact (conversation) per person within 1 calendar day. Only for place work.',
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
    // what a `when` names is told by its own code
    for (const text of [id, en]) {
      const sentence = text.replace(/ (Hanya untuk|Only for) [^.]*\./, '');
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(sentence).not.toMatch(/_|undefined|NaN/);
    }
  }
});
