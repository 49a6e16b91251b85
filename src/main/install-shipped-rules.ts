import { createHash } from 'node:crypto';
import { shippedCalendars } from '../../dialer/compliance/shipped/shipped-calendars';
import { shippedPacks } from '../../dialer/compliance/shipped/shipped-packs';
import type { Database } from '../db/database';
import { installShipped, type InstalledRules, type ShippedBody } from '../db/rule-packs';
import { canonicalJson } from '../domain/canonical-json';

/**
 * Brings the rule packs and calendars that ship with this program into the database. What is new
 * binds at once; a newer version of what is there is only proposed.
 */
export async function installShippedRules(db: Database): Promise<InstalledRules> {
  const packs = shippedPacks.map((pack) => shippedBody(pack.id, pack.version, pack));
  const calendars = shippedCalendars.map((one) => shippedBody(one.id, one.revision, one));
  return db.transaction((tx) => installShipped(tx, { packs, calendars }));
}

function shippedBody(id: string, version: number | string, content: object): ShippedBody {
  const body = canonicalJson(content);
  return { id, version, body, sha256: createHash('sha256').update(body).digest('hex') };
}
