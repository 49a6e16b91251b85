import type { Calendar } from '../../../../dialer/compliance/calendar';
import type { RulePack } from '../../../../dialer/compliance/rule-pack';
import { shippedCalendars } from '../../../../dialer/compliance/shipped/shipped-calendars';
import { shippedPacks } from '../../../../dialer/compliance/shipped/shipped-packs';
import { createRuleStore } from '../../../../dialer/rule-store';
import { parseConfig } from '../../../config/parse-config';
import { sqlState, type Database } from '../../../db/database';
import { listRulePackVersions, type RulePackVersion } from '../../../db/rule-packs';
import { withDatabase } from '../with-database';

/** `shipped`: no database was asked; else what the database says of the version. */
export type VersionState =
  'shipped' | 'binding' | 'shadow' | 'proposed' | 'approved' | 'superseded' | 'rejected';

export interface KnownVersion {
  readonly pack: RulePack;
  readonly state: VersionState;
  /** Who signed for having read the law; null: nobody. */
  readonly reviewedBy: string | null;
}

export interface KnownRules {
  /** `release`: what ships with the program. */
  readonly source: 'release' | 'database';
  /** Every version, by id, newest first. */
  readonly versions: readonly KnownVersion[];
  /** One version of each pack: the one that binds. */
  readonly binding: readonly RulePack[];
  /** By id, the revision that binds. */
  readonly calendars: Readonly<Record<string, Calendar>>;
  /** Null: no database was asked. */
  readonly db: Database | null;
}

/**
 * Hands over the rules of the database when DATABASE_URL names one, else those that ship.
 * @throws ConfigError; Error naming what to do when the database has no schema
 */
export async function withKnownRules(work: (rules: KnownRules) => Promise<void>): Promise<void> {
  const url = process.env.DATABASE_URL;
  if (url === undefined || url === '') {
    await work(shippedRules());
    return;
  }
  await withDatabase(parseConfig(process.env), async (db) => work(await databaseRules(db)));
}

export function shippedRules(): KnownRules {
  const versions = [...shippedPacks]
    .sort((a, b) => compare(a.id, b.id) || b.version - a.version)
    .map((pack): KnownVersion => {
      const reviewed = pack.reviewed === undefined ? false : pack.reviewed;
      return { pack, state: 'shipped', reviewedBy: reviewed === false ? null : reviewed.by };
    });
  const newest = new Map([...versions].reverse().map(({ pack }) => [pack.id, pack]));
  const calendars = [...shippedCalendars].sort((a, b) => compare(a.revision, b.revision));
  return {
    source: 'release',
    versions,
    binding: [...newest.values()].sort((a, b) => compare(a.id, b.id)),
    calendars: Object.fromEntries(calendars.map((calendar) => [calendar.id, calendar])),
    db: null,
  };
}

async function databaseRules(db: Database): Promise<KnownRules> {
  const rows = await listRulePackVersions(db, null).catch((error: unknown) => {
    // undefined_table: a database that Santun has not used yet
    if (sqlState(error) !== '42P01') throw error;
    throw new Error('the database of DATABASE_URL has no schema yet: run santun migrate first');
  });
  const now = new Date();
  const rules = await db.transaction((tx) => createRuleStore().bindingAt(tx, now));
  const shadow = new Set(rules.shadow.map(({ id, version }) => `${id}@${version}`));
  return {
    source: 'database',
    versions: rows.map((row) => ({
      pack: JSON.parse(row.body) as RulePack,
      state: stateOf(row, shadow, now),
      reviewedBy: row.reviewedBy,
    })),
    binding: rules.packs.map(({ pack }) => pack),
    calendars: Object.fromEntries(rules.calendars.map(({ id, calendar }) => [id, calendar])),
    db,
  };
}

function stateOf(row: RulePackVersion, shadow: ReadonlySet<string>, now: Date): VersionState {
  if (row.binding) return 'binding';
  if (shadow.has(`${row.packId}@${row.version}`)) return 'shadow';
  if (row.state !== 'approved') return row.state;
  return row.bindsFrom !== null && row.bindsFrom > now ? 'approved' : 'superseded';
}

/** Ids and revisions are ASCII: no locale decides. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
