import type {
  FailedKind,
  FailedRule,
  RuleInputs,
} from '../../../../dialer/compliance/rule-decision';
import { explainFailure } from '../../../../dialer/compliance/explain';
import { RULE_SENTENCES, type DenyingKind } from '../../../../dialer/compliance/explain-rules';

const MAKASSAR = 'Asia/Makassar';

function failed(
  kind: FailedKind,
  inputs: RuleInputs,
  rule: Partial<Pick<FailedRule, 'rule' | 'force' | 'cite' | 'zones'>> = {},
): FailedRule {
  return {
    rule: `test.${kind}`,
    pack: 'TEST',
    version: 1,
    kind,
    force: 'law',
    cite: 'UU 1/2000 Pasal 1',
    zones: [MAKASSAR],
    inputs,
    ...rule,
  };
}

const LAW = { id: 'Dasar hukum: UU 1/2000 Pasal 1.', en: 'Law: UU 1/2000 Pasal 1.' };
const SUNDAY = { windows: ['1,2,3,4,5,6 08:00-20:00'], localTime: 'Sun 2026-11-29 10:00:00' };

const CASES: readonly [name: string, FailedRule, id: string, en: string][] = [
  [
    'window',
    failed('window', SUNDAY, { cite: 'POJK 22/2023 Pasal 62(2)f' }),
    'Di luar jam penagihan: Senin–Sabtu 08.00–20.00 waktu setempat. Waktu setempat debitur: Minggu, 29 November 2026 pukul 10.00 WITA. Dasar hukum: POJK 22/2023 Pasal 62(2)f.',
    "Outside the hours for collection calls: Monday–Saturday 08:00–20:00, local time. The debtor's local time: Sunday, 29 November 2026, 10:00 WITA. Law: POJK 22/2023 Pasal 62(2)f.",
  ],
  [
    'window that closes while the phone rings',
    failed('window', { ...SUNDAY, localTime: 'Sat 2026-11-28 20:00:25', ringEnd: true }),
    `Di luar jam penagihan: Senin–Sabtu 08.00–20.00 waktu setempat. Telepon masih akan berdering pada Sabtu, 28 November 2026 pukul 20.00.25 WITA. ${LAW.id}`,
    `Outside the hours for collection calls: Monday–Saturday 08:00–20:00, local time. The phone would still be ringing on Saturday, 28 November 2026, 20:00:25 WITA. ${LAW.en}`,
  ],
  [
    'blackout of every year',
    failed('blackout', {
      windows: ['5 11:30-13:00'],
      dateFrom: '2020-01-01',
      dateTo: '2099-12-31',
      localTime: 'Fri 2026-11-27 12:00:00',
    }),
    `Waktu jeda, tidak menelepon: Jumat 11.30–13.00. Waktu setempat debitur: Jumat, 27 November 2026 pukul 12.00 WITA. ${LAW.id}`,
    `A quiet time, no calls: Friday 11:30–13:00. The debtor's local time: Friday, 27 November 2026, 12:00 WITA. ${LAW.en}`,
  ],
  [
    'blackout with dates',
    failed('blackout', {
      windows: ['1,2,3,4,5,6,7 17:30-19:00'],
      dateFrom: '2027-02-08',
      dateTo: '2027-03-09',
      localTime: 'Fri 2027-02-12 18:00:00',
    }),
    `Waktu jeda, tidak menelepon: setiap hari 17.30–19.00 (Senin, 8 Februari 2027 s.d. Selasa, 9 Maret 2027). Waktu setempat debitur: Jumat, 12 Februari 2027 pukul 18.00 WITA. ${LAW.id}`,
    `A quiet time, no calls: every day 17:30–19:00 (Monday, 8 February 2027 to Tuesday, 9 March 2027). The debtor's local time: Friday, 12 February 2027, 18:00 WITA. ${LAW.en}`,
  ],
  [
    'national holiday',
    failed('holiday', {
      date: '2026-08-25',
      calendar: 'ID',
      revision: '2026-11',
      reason: 'day',
      type: 'national',
      name: 'Maulid Nabi',
      decree: 'SKB 1497/2025',
    }),
    `Selasa, 25 Agustus 2026 adalah hari libur nasional (Maulid Nabi; SKB 1497/2025). ${LAW.id}`,
    `Tuesday, 25 August 2026 is a national public holiday (Maulid Nabi; SKB 1497/2025). ${LAW.en}`,
  ],
  [
    'cuti bersama without details',
    failed('holiday', {
      date: '2026-12-24',
      calendar: 'ID',
      revision: '2026-11',
      reason: 'day',
      type: 'cuti_bersama',
      name: null,
      decree: null,
    }),
    `Kamis, 24 Desember 2026 adalah cuti bersama. ${LAW.id}`,
    `Thursday, 24 December 2026 is a day of collective leave (cuti bersama). ${LAW.en}`,
  ],
  [
    'year without a calendar',
    failed('holiday', {
      date: '2028-01-03',
      calendar: 'ID',
      revision: '2026-11',
      reason: 'year_not_covered',
    }),
    `Kalender hari libur ID (revisi 2026-11) belum memuat tahun 2028; sampai dimuat, debitur tidak ditelepon. ${LAW.id}`,
    `The holiday calendar ID (revision 2026-11) does not cover 2028 yet; until it does, nobody calls. ${LAW.en}`,
  ],
  [
    'no calendar at all',
    failed('holiday', {
      date: '2028-01-03',
      calendar: 'BR',
      revision: null,
      reason: 'calendar_missing',
    }),
    `Kalender hari libur BR tidak tersedia; tanpa kalender, debitur tidak ditelepon. ${LAW.id}`,
    `There is no holiday calendar BR; without one nobody calls. ${LAW.en}`,
  ],
  [
    'preference',
    failed('preference', {
      windows: ['1,3 08:00-12:00', '6,7 00:00-24:00'],
      localTime: 'Mon 2026-11-23 09:00:00',
    }),
    `Debitur meminta untuk tidak dihubungi: Senin, Rabu 08.00–12.00; Sabtu, Minggu 00.00–24.00 waktu setempat. Waktu setempat debitur: Senin, 23 November 2026 pukul 09.00 WITA. ${LAW.id}`,
    `The debtor asked not to be called: Monday, Wednesday 08:00–12:00; Saturday, Sunday 00:00–24:00, local time. The debtor's local time: Monday, 23 November 2026, 09:00 WITA. ${LAW.en}`,
  ],
  [
    'hold on one debt',
    failed('hold', {
      hold: 'dispute',
      holdIds: ['h'],
      scope: 'debt',
      since: '2026-11-01T02:00:00.000Z',
      until: null,
    }),
    `Panggilan ditahan: sengketa atas utang, untuk utang ini, sejak Minggu, 1 November 2026 pukul 10.00 WITA. ${LAW.id}`,
    `Calls are on hold: the debt is disputed, for this debt, since Sunday, 1 November 2026, 10:00 WITA. ${LAW.en}`,
  ],
  [
    'hold by local dates',
    failed('hold', {
      hold: 'breathing_space',
      holdIds: ['h'],
      scope: 'person',
      since: '2026-11-01',
      until: '2026-12-30T16:00:00.000Z',
    }),
    `Panggilan ditahan: masa jeda utang (breathing space), sejak Minggu, 1 November 2026, sampai Kamis, 31 Desember 2026 pukul 00.00 WITA. ${LAW.id}`,
    `Calls are on hold: breathing space, since Sunday, 1 November 2026, until Thursday, 31 December 2026, 00:00 WITA. ${LAW.en}`,
  ],
  [
    'hold of a kind that has no words',
    failed('hold', {
      hold: 'some_new_kind',
      holdIds: [],
      scope: 'number',
      since: null,
      until: null,
    }),
    `Panggilan ditahan: some new kind, untuk nomor ini. ${LAW.id}`,
    `Calls are on hold: some new kind, for this number. ${LAW.en}`,
  ],
  [
    'party',
    failed('party', { target: 'emergency_contact', denied: ['emergency_contact'] }),
    `Panggilan tentang utang ini tidak boleh ditujukan kepada kontak darurat. ${LAW.id}`,
    `No call about this debt may go to an emergency contact. ${LAW.en}`,
  ],
  [
    'dpd',
    failed('dpd', { dpd: 95, max: 90 }),
    `Tunggakan 95 hari; aturan ini membolehkan panggilan sampai 90 hari. ${LAW.id}`,
    `The debt is 95 days past due; this rule allows calls up to 90 days past due. ${LAW.en}`,
  ],
  [
    'dpd unknown',
    failed('dpd', { dpd: null, max: 90 }),
    `Lama tunggakan tidak diketahui; aturan ini membolehkan panggilan sampai 90 hari. ${LAW.id}`,
    `It is not known how long the debt is past due; this rule allows calls up to 90 days past due. ${LAW.en}`,
  ],
  [
    'minDpd',
    failed('minDpd', { dpd: 3, min: 11 }),
    `Tunggakan 3 hari; panggilan baru boleh mulai tunggakan 11 hari. ${LAW.id}`,
    `The debt is 3 days past due; calls may start at 11 days past due. ${LAW.en}`,
  ],
  [
    'wait',
    failed('wait', {
      fact: 'noticeMailedOn',
      days: 60,
      factDate: '2026-11-01',
      endsOn: '2027-01-01',
    }),
    `Harus lewat 60 hari sejak surat pemberitahuan dikirim (Minggu, 1 November 2026). Boleh mulai Jumat, 1 Januari 2027. ${LAW.id}`,
    `60 days must pass after the written notice was mailed (Sunday, 1 November 2026). Calls may start on Friday, 1 January 2027. ${LAW.en}`,
  ],
  [
    'wait for a fact that is not recorded',
    failed('wait', { fact: 'noticeMailedOn', days: 60, factDate: null, endsOn: null }),
    `Tidak tercatat kapan surat pemberitahuan dikirim; panggilan baru boleh setelah lewat 60 hari sejak itu. ${LAW.id}`,
    `It is not recorded when the written notice was mailed; calls may start once 60 days have passed since then. ${LAW.en}`,
  ],
  [
    'cap on attempts',
    failed('cap', {
      counted: 3,
      max: 3,
      period: '1 local days',
      count: 'attempt',
      scope: ['person'],
      eventIds: ['e1'],
      freesAt: '2026-11-23T16:00:00.000Z',
    }),
    `Batas 3 percobaan panggilan per orang dalam 1 hari kalender; sudah 3. Boleh lagi: Selasa, 24 November 2026 pukul 00.00 WITA. ${LAW.id}`,
    `The limit is 3 call attempts per person within 1 calendar day; counted so far: 3. Free again: Tuesday, 24 November 2026, 00:00 WITA. ${LAW.en}`,
  ],
  [
    'cap on outcomes',
    failed('cap', {
      counted: 2,
      max: 2,
      period: '24 hours',
      count: ['conversation', 'voicemail_left'],
      scope: ['person', 'debt'],
      eventIds: [],
      freesAt: null,
    }),
    `Batas 2 kontak (percakapan, pesan suara ditinggalkan) per orang dan utang dalam 24 jam; sudah 2. ${LAW.id}`,
    `The limit is 2 contacts (conversation, voicemail left) per person and debt within 24 hours; counted so far: 2. ${LAW.en}`,
  ],
  [
    'cooloff',
    failed('cooloff', {
      outcomes: ['conversation'],
      period: '7 local days',
      scope: ['person', 'debt'],
      eventIds: ['e1'],
      lastAt: '2026-11-20T03:00:00.000Z',
      endsAt: '2026-11-26T16:00:00.000Z',
    }),
    `Masa tenang 7 hari kalender per orang dan utang setelah hasil “percakapan”. Terakhir: Jumat, 20 November 2026 pukul 11.00 WITA. Berakhir: Jumat, 27 November 2026 pukul 00.00 WITA. ${LAW.id}`,
    `A cooling-off of 7 calendar days per person and debt after the outcome “conversation”. The last: Friday, 20 November 2026, 11:00 WITA. It ends: Friday, 27 November 2026, 00:00 WITA. ${LAW.en}`,
  ],
  [
    'gap',
    failed('gap', {
      minutes: 120,
      scope: ['number'],
      eventIds: ['e1'],
      lastAt: '2026-11-23T03:00:00.000Z',
      endsAt: '2026-11-23T05:00:00.000Z',
    }),
    `Jarak antarpanggilan paling sedikit 120 menit per nomor. Panggilan terakhir: Senin, 23 November 2026 pukul 11.00 WITA. Boleh lagi: Senin, 23 November 2026 pukul 13.00 WITA. ${LAW.id}`,
    `At least 120 minutes must lie between calls, per number. The last call: Monday, 23 November 2026, 11:00 WITA. Free again: Monday, 23 November 2026, 13:00 WITA. ${LAW.en}`,
  ],
  [
    'redial',
    failed('redial', {
      outcomes: ['abandoned', 'amd_machine'],
      period: '72 hours',
      scope: ['number'],
      eventIds: ['e1'],
      lastAt: '2026-11-23T03:00:00.000Z',
      endsAt: '2026-11-26T03:00:00.000Z',
    }),
    `Panggilan ulang dibatasi 72 jam per nomor setelah hasil “panggilan diangkat tanpa petugas” atau “mesin penjawab”. Terakhir: Senin, 23 November 2026 pukul 11.00 WITA. Berakhir: Kamis, 26 November 2026 pukul 11.00 WITA. ${LAW.id}`,
    `Calling again is restricted for 72 hours per number after the outcome “answered with no agent” or “answering machine”. The last: Monday, 23 November 2026, 11:00 WITA. It ends: Thursday, 26 November 2026, 11:00 WITA. ${LAW.en}`,
  ],
  [
    'abandonment',
    failed('abandonment', { abandoned: 40, liveAnswered: 1100, maxPct: 3 }),
    `Panggilan yang diangkat tanpa petugas: 40 dari 1.100 panggilan yang diangkat, melebihi 3%. ${LAW.id}`,
    `Abandoned calls: 40 of 1,100 answered ones, more than 3%. ${LAW.en}`,
  ],
];

test.each(CASES)('%s', (_name, rule, id, en) => {
  expect(explainFailure(rule, 'id')).toBe(id);
  expect(explainFailure(rule, 'en')).toBe(en);
});

test('every rule kind that can deny is in the table above, in both languages', () => {
  const told = new Set(CASES.map(([, rule]) => rule.kind));
  const kinds = Object.keys(RULE_SENTENCES) as DenyingKind[];
  expect(kinds.filter((kind) => !told.has(kind))).toEqual([]);
});

describe('force', () => {
  test.each([
    ['law', 'Dasar hukum: X.', 'Law: X.'],
    ['presumption', 'Batas yang menurut hukum dianggap pelanggaran: X.', 'Legal presumption: X.'],
    ['guideline', 'Pedoman regulator: X.', "Regulator's guideline: X."],
    ['association', 'Ketentuan asosiasi, bukan undang-undang: X.', 'Industry code, not law: X.'],
    ['policy', 'Kebijakan internal, bukan ketentuan hukum: X.', 'House policy, not law: X.'],
  ] as const)('%s is called what it is', (force, id, en) => {
    const rule = failed('party', { target: 'spouse', denied: [] }, { force, cite: 'X' });
    expect(explainFailure(rule, 'id').endsWith(id)).toBe(true);
    expect(explainFailure(rule, 'en').endsWith(en)).toBe(true);
  });
});

test('the wall clock of another zone can be asked for', () => {
  const rule = failed('gap', { minutes: 5, scope: ['person'], lastAt: '2026-11-23T03:00:00.000Z' });
  expect(explainFailure(rule, 'en', { zone: 'America/New_York' })).toContain(
    'Sunday, 22 November 2026, 22:00 EST',
  );
});
