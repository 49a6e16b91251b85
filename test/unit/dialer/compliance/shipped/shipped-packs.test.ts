import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { shippedPacks } from '../../../../../dialer/compliance/shipped/shipped-packs';
import { canonicalJson } from '../../../../../src/domain/canonical-json';
import pinned from './pinned-packs.json';

const FOLDER = join(__dirname, '../../../../../dialer/compliance/shipped/packs');
const nameOf = ({ id, version }: { id: string; version: number }): string => `${id}@${version}`;

describe('shipped rule packs', () => {
  it('are the files of the folder, each under its own name', () => {
    const files = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));
    expect(shippedPacks.map(nameOf)).toEqual(files.sort());
  });

  it('never change: a published version keeps its hash, what changes is a new version', () => {
    const hashes = shippedPacks.map((pack) => [
      nameOf(pack),
      createHash('sha256').update(canonicalJson(pack)).digest('hex'),
    ]);
    expect(Object.fromEntries(hashes)).toEqual(pinned);
  });

  it.each(shippedPacks.map((pack) => [nameOf(pack), pack] as const))(
    '%s: every rule says what it rests on',
    (_name, pack) => {
      const sources = new Set(pack.sources?.map(({ id }) => id));
      expect(sources.size).toBe(pack.sources?.length);
      for (const rule of pack.rules) {
        expect(rule.cite).toMatch(/\S/);
        expect(rule.sourceIds).not.toEqual([]);
        expect([...sources]).toEqual(expect.arrayContaining([...(rule.sourceIds ?? [''])]));
      }
      expect(pack.reviewed).toBe(false);
      expect(pack.rules.length).toBeGreaterThan(0);
    },
  );

  it('tell where an address is known and what kind of evidence it gives', () => {
    const sources = shippedPacks.flatMap((pack) => pack.sources ?? []);
    for (const source of sources) {
      expect(['text', 'secondary', 'unverified']).toContain(source.evidence);
      // no addresses that were cut short or that name a site alone
      if (source.url !== undefined) expect(source.url).toMatch(/^https:\/\/[^\s/…]+\/[^\s…]+$/);
      if (source.evidence === 'unverified') expect(source.retrievedOn).toBeUndefined();
    }
  });

  it('use each rule id once within all packs of the latest versions', () => {
    const ids = shippedPacks.flatMap((pack) => pack.rules.map((rule) => rule.id));
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('mark first days that nobody has confirmed', () => {
    const marked = shippedPacks
      .filter((pack) => pack.sources?.some((source) => source.id === 'effective-from'))
      .map(({ id }) => id);
    expect(marked).toEqual([
      'BR.RJ',
      'BR.SP',
      'GR.3758',
      'ID.AFPI',
      'IE.CCA46',
      'IT.UNIREC',
      'PH.BSP454',
      'PH.SEC18',
      'US.MA',
      'US.NV',
      'US.WA',
    ]);
  });
});
