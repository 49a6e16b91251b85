import { createHash } from 'node:crypto';
import type { Calendar } from '../../dialer/compliance/calendar';
import type { Rule } from '../../dialer/compliance/rule-pack';
import { approveRevision, insertProposedRevision } from '../../src/db/calendars';
import type { Database } from '../../src/db/database';
import { approveVersion, insertProposedVersion } from '../../src/db/rule-packs';
import { canonicalJson } from '../../src/domain/canonical-json';

const sha256Of = (body: string): string => createHash('sha256').update(body).digest('hex');

/** Proposes a version of a policy pack, as one person does. */
export async function proposePack(
  db: Database,
  packId: string,
  version: number,
  rules: readonly Rule[],
  shadowFrom: Date | null = null,
): Promise<void> {
  const body = canonicalJson({
    id: packId,
    version,
    jurisdiction: '*',
    effectiveFrom: '2000-01-01',
    ...(packId === 'DEMO.OPEN' ? { simulatedOnly: true } : {}),
    rules,
  });
  const named = { packId, version, body, sha256: sha256Of(body) };
  const by = { changeReason: 'test', proposedBy: 'key:a', shadowFrom };
  await db.transaction((tx) => insertProposedVersion(tx, { ...named, ...by }));
}

/** Approves it, as another does. */
export async function approvePack(
  db: Database,
  packId: string,
  version: number,
  bindsFrom: Date | null = null,
): Promise<void> {
  await db.transaction((tx) => approveVersion(tx, { packId, version, by: 'key:b', bindsFrom }));
}

/** A revision of a calendar that two people agreed on. */
export async function bindCalendar(
  db: Database,
  calendarId: string,
  revision: string,
  days: Pick<Calendar, 'years' | 'entries'>,
  bindsFrom: Date | null = null,
): Promise<void> {
  const body = canonicalJson({ id: calendarId, revision, ...days });
  const named = { calendarId, revision, body, sha256: sha256Of(body) };
  await db.transaction(async (tx) => {
    await insertProposedRevision(tx, { ...named, changeReason: 'test', proposedBy: 'key:a' });
    await approveRevision(tx, { calendarId, revision, by: 'key:b', bindsFrom });
  });
}

/** Denies at every hour of every day. */
export const ALWAYS_SHUT: Rule = {
  id: 'test.shut',
  kind: 'blackout',
  force: 'policy',
  cite: 'test',
  dateFrom: '2000-01-01',
  dateTo: '2099-12-31',
  windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
};
