import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../../../../../src/main/cli/input-error';
import {
  findPack,
  rulesOfFile,
  withCalendarsOf,
} from '../../../../../src/main/cli/rules/find-pack';
import { hourQuestion, type HourOptions } from '../../../../../src/main/cli/rules/hour-question';
import { shippedRules } from '../../../../../src/main/cli/rules/known-rules';
import { dateOf, mondayOf, momentsOf } from '../../../../../src/main/cli/rules/moment';

/** What the commands on rules say of a mistake; the program prints it and ends with 2. */
const KNOWN = shippedRules();

function mistake(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('times', () => {
  test('wall clock, instant, and what the clock shows twice', () => {
    const iso = (text: string, zone: string): string[] =>
      momentsOf(text, zone).map((at) => at.toISOString());
    expect(iso('2026-11-29T10:00', 'Asia/Jayapura')).toEqual(['2026-11-29T01:00:00.000Z']);
    expect(iso('2026-11-29 10:00', 'Asia/Jakarta')).toEqual(['2026-11-29T03:00:00.000Z']);
    expect(iso('2026-11-29T10:00:30+07:00', 'UTC')).toEqual(['2026-11-29T03:00:30.000Z']);
    expect(iso('2026-11-01T01:30', 'America/New_York')).toHaveLength(2);
  });

  test.each([
    ['29/11/2026', 'is no date and time'],
    ['2026-11-29', 'is no date and time'],
    ['2026-02-30T10:00', ': there is no such day.'],
    ['2026-11-29T25:00', ': there is no such time.'],
    ['2026-03-08T02:30', 'skip 2026-03-08T02:30: they show 2026-03-08T03:30 instead'],
  ])('%s', (text, reason) => {
    const said = mistake(() => momentsOf(text, 'America/New_York'));
    expect(said).toContain(reason);
    expect(said).toMatch(/\nAccepted: 2026-11-29T10:00, on the debtor's wall clock; /);
  });

  test('dates and weeks', () => {
    expect(mondayOf(dateOf('--week', '2026-11-29'))).toBe('2026-11-23');
    expect(mistake(() => dateOf('--week', '2026-13-01'))).toBe(
      '--week: "2026-13-01": there is no such day.\nAccepted: a date, 2026-11-23.',
    );
    expect(mistake(() => dateOf('--week', '29/11/2026'))).toBe(
      '--week: "29/11/2026" is no date.\nAccepted: a date, 2026-11-23.',
    );
  });
});

describe('the call that is asked about', () => {
  const ask = (options: Partial<HourOptions>) =>
    hourQuestion({ collector: 'third_party', place: 'mobile', ...options }, KNOWN);

  test('a province tells country and zone; a zone its country; a country all its zones', () => {
    expect(ask({ province: 'ID-BA' })).toMatchObject({
      country: 'ID',
      facts: { zones: ['Asia/Makassar'], region: 'ID-BA' },
    });
    expect(ask({ zone: ['Asia/Jayapura'] }).country).toBe('ID');
    expect(ask({ zone: ['asia/jakarta', 'Asia/Jakarta', 'Asia/Ujung_Pandang'] })).toMatchObject({
      country: 'ID',
      facts: { zones: ['Asia/Jakarta', 'Asia/Makassar'] },
    });
    expect(ask({ country: 'id' }).facts.zones).toHaveLength(3);
  });

  test('the law of the product, and no other product', () => {
    const packs = ask({ country: 'ID', product: 'p2p' }).stack.map(({ pack }) => pack.id);
    expect(packs).toContain('ID.AFPI');
    expect(packs).not.toContain('ID.BI.CC');
  });

  test('packs named take the place of the law, or stand beside it', () => {
    const ids = (options: Partial<HourOptions>): string[] =>
      ask({ country: 'ID', ...options }).stack.map(({ layer, pack }) => `${layer} ${pack.id}`);
    expect(ids({ pack: ['ID.AFPI@1'] })).toEqual(['association ID.AFPI']);
    expect(ids({ creditorStack: ['ID.POLICY.HOUSE'] })).toEqual(
      expect.arrayContaining(['statute ID.OJK.POJK22', 'creditor ID.POLICY.HOUSE']),
    );
  });

  test.each<[Partial<HourOptions>, RegExp]>([
    [{}, /^where is the call to\?\nAccepted: --country, .*ID/],
    [
      { zone: ['America/New_York'] },
      /^which country is America\/New_York in\?\nAccepted: --country/,
    ],
    [
      { zone: ['Asia/Jakrta'] },
      /^there is no time zone Asia\/Jakrta\. Did you mean Asia\/Jakarta\?/,
    ],
    [{ country: 'ZZ' }, /^no zones are known of the country ZZ\nAccepted: one of .*ID.*--zone/],
    [{ province: 'ID-XX' }, /^there is no province ID-XX\nAccepted: ID-AC Aceh, /],
    [
      { country: 'ID', product: 'boat' },
      /^no rule pack names a product boat\nAccepted: credit_card, p2p_lending/,
    ],
    [{ country: 'ID', pack: ['ID.NONE'] }, /^there is no rule pack ID\.NONE/],
    [
      { country: 'ID', creditorStack: ['ID.AFPI@2'] },
      /^there is no version 2 of ID\.AFPI; there are: 1/,
    ],
  ])('%j', (options, said) => {
    expect(mistake(() => ask(options))).toMatch(said);
  });
});

describe('packs by name and in files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'santun-packs-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const put = (content: unknown): string => {
    const path = join(folder, 'packs.json');
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const BODY = { jurisdiction: 'ID', effectiveFrom: '2024-01-01', rules: [] };

  test('one pack, the only profile, and one of several', () => {
    expect(findPack(put({ id: 'X', version: 3, ...BODY }), KNOWN)).toMatchObject({ version: 3 });
    expect(findPack(put({ profiles: { Y: BODY } }), KNOWN)).toMatchObject({ id: 'Y', version: 1 });
    const several = put({ profiles: { Y: BODY, Z: BODY } });
    expect(findPack(`${several}#Z`, KNOWN).id).toBe('Z');
    expect(mistake(() => findPack(several, KNOWN))).toBe(
      `${several} does not hold one rule pack\nAccepted: ${several}#Y, ${several}#Z`,
    );
    expect(mistake(() => findPack(`${several}#W`, KNOWN))).toContain('does not hold a rule pack W');
  });

  test.each<[string, unknown, RegExp]>([
    ['ends too early', '{\n  "profiles": {', /packs\.json:2:16: is not JSON: it ends too early$/],
    ['is broken', '{\n  "a": 1,\n  "b": }', /packs\.json:3:8: is not JSON from here: \}$/],
    [
      'has a wrong rule',
      { id: 'X', version: 1, ...BODY, rules: [{ kind: 'x' }] },
      /packs\.json: rules\[0\]\.kind "x" .*; accepted: window, /,
    ],
    ['has no pack', { cases: [] }, /does not hold one rule pack\nAccepted: a file with profiles$/],
  ])('a file that %s', (_what, content, said) => {
    expect(mistake(() => findPack(put(content), KNOWN))).toMatch(said);
  });

  test('the calendars of a file count beside those that bind; its cases may name our packs', () => {
    const known = withCalendarsOf(['examples/house-rules.json', 'ID.AFPI@1'], KNOWN);
    expect(known.calendars.CONTOH).toMatchObject({ id: 'CONTOH', revision: '2026-1' });
    expect(known.calendars.ID).toBe(KNOWN.calendars.ID);
    expect(findPack('examples/house-rules.json', KNOWN).id).toBe('CONTOH.HOUSE');
  });

  test('what a file brings, without what its cases lean on', () => {
    const { packs, calendars } = rulesOfFile('examples/house-rules.json', KNOWN);
    expect(packs.map(({ id }) => id)).toEqual(['CONTOH.HOUSE']);
    expect(calendars.map(({ id }) => id)).toEqual(['CONTOH']);
    expect(rulesOfFile(put({ id: 'A.OWN', version: 1, ...BODY }), KNOWN)).toMatchObject({
      packs: [{ id: 'A.OWN' }],
      calendars: [],
    });
  });

  test('a file that is not there, and a folder', () => {
    expect(mistake(() => findPack(`${folder}/no.json`, KNOWN))).toMatch(
      /there is no such file\nLooked for /,
    );
    expect(mistake(() => findPack(`${folder}/`, KNOWN))).toContain('is a folder');
  });
});
