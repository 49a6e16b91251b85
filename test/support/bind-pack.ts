import { createHash } from 'node:crypto';
import type { CapRule, Rule, RulePack } from '../../dialer/compliance/rule-pack';
import type { Database } from '../../src/db/database';
import { approveVersion, insertProposedVersion } from '../../src/db/rule-packs';
import { canonicalJson } from '../../src/domain/canonical-json';

/** A policy pack of the test, binding from now on. */
export async function bindPack(db: Database, id: string, rules: readonly Rule[]): Promise<void> {
  const pack: RulePack = {
    id,
    version: 1,
    jurisdiction: '*',
    effectiveFrom: '2020-01-01',
    reviewed: false,
    rules,
  };
  const body = canonicalJson(pack);
  await db.transaction(async (tx) => {
    await insertProposedVersion(tx, {
      packId: id,
      version: 1,
      body,
      sha256: createHash('sha256').update(body).digest('hex'),
      changeReason: 'test',
      proposedBy: 'key:a',
      shadowFrom: null,
    });
    await approveVersion(tx, { packId: id, version: 1, by: 'key:b', bindsFrom: null });
  });
}

/** At most `max` attempts of any outcome in so many local days. */
export const capRule = (
  id: string,
  scope: 'person' | 'number',
  max: number,
  localDays = 1,
): CapRule => ({
  id,
  kind: 'cap',
  force: 'policy',
  cite: 'test',
  scope: [scope],
  count: 'attempt',
  excludeOutcomes: [],
  max,
  period: { localDays },
});
