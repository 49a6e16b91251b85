import { decisionLines, explainDecision } from '../../../../dialer/compliance/explain-decision';
import type { ZoneSource } from '../../../../src/domain/zone-evidence';
import type { RuleDecision } from '../../../../dialer/compliance/rule-decision';

const SUNDAY: RuleDecision = {
  verdict: 'deny',
  deniedBy: 'id.pojk22.62-2-f.window',
  failing: [
    {
      rule: 'id.pojk22.62-2-f.window',
      pack: 'ID.OJK.POJK22',
      version: 1,
      kind: 'window',
      force: 'law',
      cite: 'POJK 22/2023 Pasal 62(2)f',
      zones: ['Asia/Makassar'],
      inputs: { windows: ['1,2,3,4,5,6 08:00-20:00'], localTime: 'Sun 2026-11-29 10:00:00' },
    },
  ],
  zones: ['Asia/Makassar'],
  localTimes: ['Sun 2026-11-29 10:00:00'],
  nextAllowedAt: '2026-11-30T00:00:00.000Z',
  expiresAt: null,
};
const AT = '2026-11-29T02:00:00.000Z';

test('a denial: verdict, reason with its article, when again, and how the place is known', () => {
  const told = explainDecision(SUNDAY, 'id', { at: AT, zoneSource: 'province' });
  expect(decisionLines(told)).toEqual([
    'Tidak boleh ditelepon: Minggu, 29 November 2026 pukul 10.00 WITA.',
    '- Di luar jam penagihan: Senin–Sabtu 08.00–20.00 waktu setempat. Waktu setempat debitur: Minggu, 29 November 2026 pukul 10.00 WITA. Dasar hukum: POJK 22/2023 Pasal 62(2)f.',
    'Boleh lagi mulai Senin, 30 November 2026 pukul 08.00 WITA.',
    'Zona waktu: WITA (Asia/Makassar); menurut provinsi alamat.',
  ]);
});

test('a permit, with its end to the second', () => {
  const told = explainDecision(
    {
      ...SUNDAY,
      verdict: 'allow',
      deniedBy: null,
      failing: [],
      nextAllowedAt: null,
      expiresAt: '2026-11-28T11:59:35.000Z',
    },
    'en',
    { at: '2026-11-28T11:59:10.000Z', zoneSource: 'stated' },
  );
  expect(decisionLines(told)).toEqual([
    'A call is allowed: Saturday, 28 November 2026, 19:59:10 WITA.',
    'The permit holds until Saturday, 28 November 2026, 19:59:35 WITA.',
    'Time zone: WITA (Asia/Makassar); as the debtor said.',
  ]);
});

test('a mobile number alone: every clock of the country, those that agree once', () => {
  const zones = ['Asia/Jakarta', 'Asia/Jayapura', 'Asia/Makassar', 'Asia/Pontianak'];
  const told = explainDecision({ ...SUNDAY, zones }, 'id', { at: AT, zoneSource: 'country' });
  expect(told.when).toBe(
    'Boleh lagi mulai Senin, 30 November 2026 pukul 07.00 WIB / Senin, 30 November 2026 pukul 08.00 WITA / Senin, 30 November 2026 pukul 09.00 WIT.',
  );
  expect(told.where).toContain(
    'WIB (Asia/Jakarta), WIB (Asia/Pontianak), WITA (Asia/Makassar), WIT (Asia/Jayapura)',
  );
  expect(told.where).toContain('nomor seluler tidak menunjukkan tempat');
});

test('a denial that no time lifts', () => {
  const told = explainDecision({ ...SUNDAY, nextAllowedAt: null }, 'en', { at: AT });
  expect(told.when).toBe('As long as this does not change, no time is allowed.');
});

test('nothing says where the person is', () => {
  const told = explainDecision({ ...SUNDAY, zones: [], localTimes: [] }, 'id', {
    at: AT,
    zoneSource: 'none',
  });
  expect(told.verdict).toBe('Tidak boleh ditelepon.');
  expect(told.where).toBe('Zona waktu: tidak diketahui.');
});

test('a restriction that an agent lifts is told as one', () => {
  const reserved: RuleDecision = { ...SUNDAY, verdict: 'agent_reserved', nextAllowedAt: null };
  expect(explainDecision(reserved, 'id', { at: AT }).verdict).toMatch(
    /^Boleh ditelepon hanya bila petugas sudah siap/,
  );
});

test.each<ZoneSource>(['stated', 'province', 'area_code', 'country'])(
  'the source %s has words in both languages',
  (zoneSource) => {
    const [id, en] = (['id', 'en'] as const).map(
      (language) => explainDecision(SUNDAY, language, { at: AT, zoneSource }).where,
    );
    expect(id).toMatch(/; .{10,}\.$/);
    expect(en).toMatch(/; .{10,}\.$/);
    expect(id).not.toBe(en);
  },
);
