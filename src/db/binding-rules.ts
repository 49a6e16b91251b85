import { one, type Queryable } from './database';

/** One version of a pack or revision of a calendar, without its body. */
export interface VersionName {
  readonly id: string;
  /** Number of a pack's version as text, or a calendar's revision. */
  readonly version: string;
  /** Of the body, hex. */
  readonly sha256: string;
}

/** Which versions decide at an instant, and for how long that answer holds. */
export interface BindingNames {
  readonly packs: readonly VersionName[];
  readonly calendars: readonly VersionName[];
  /** Evaluated beside the binding ones; they decide nothing. */
  readonly shadow: readonly VersionName[];
  /** `[from, to)` in ms since the epoch in which nothing begins to bind by itself. */
  readonly holdsFromMs: number;
  readonly holdsToMs: number;
}

/** Grows with every change to packs and calendars: one row, asked for at each decision. */
export async function readRulesRevision(db: Queryable): Promise<bigint> {
  const result = await db.query<{ revision: bigint }>('select revision from rules_revision', []);
  return one(result, 'the revision of the rules').revision;
}

/**
 * The versions that bind at `at`: of each pack and each calendar the approved one that began last.
 * In shadow: newer than the binding one, asked to run, not rejected, and not binding yet.
 */
export async function readBindingNames(db: Queryable, at: Date): Promise<BindingNames> {
  const { rows } = await db.query<VersionName & { part: 'packs' | 'calendars' | 'shadow' }>(
    `with binding as (
       select distinct on (pack_id) pack_id, version, sha256 from rule_pack_version
       where state = 'approved' and binds_from <= $1
       order by pack_id, binds_from desc, version desc),
     calendars as (
       select distinct on (calendar_id) calendar_id, revision, sha256 from calendar_revision
       where state = 'approved' and binds_from <= $1
       order by calendar_id, binds_from desc, revision desc),
     shadow as (
       select v.pack_id, v.version, v.sha256 from rule_pack_version v
       left join binding b on b.pack_id = v.pack_id
       where v.shadow_from <= $1 and v.state <> 'rejected'
         and (v.binds_from is null or v.binds_from > $1) and v.version > coalesce(b.version, 0))
     select 'packs' as part, pack_id as id, version::text, encode(sha256, 'hex') as sha256 from binding
     union all select 'calendars', calendar_id, revision, encode(sha256, 'hex') from calendars
     union all select 'shadow', pack_id, version::text, encode(sha256, 'hex') from shadow
     order by 1, 2, 3`,
    [at],
  );
  const span = one(
    await db.query<{ from: number | null; to: number | null }>(
      `select (extract(epoch from max(t) filter (where t <= $1)) * 1000)::float8 as "from",
         (extract(epoch from min(t) filter (where t > $1)) * 1000)::float8 as "to"
       from (select binds_from as t from rule_pack_version where state = 'approved'
         union all select shadow_from from rule_pack_version where state <> 'rejected'
         union all select binds_from from calendar_revision where state = 'approved') changes
       where isfinite(t)`,
      [at],
    ),
    'the span of the binding rules',
  );
  const part = (name: string): VersionName[] =>
    rows
      .filter((row) => row.part === name)
      .map(({ id, version, sha256 }) => ({ id, version, sha256 }));
  return {
    packs: part('packs'),
    calendars: part('calendars'),
    shadow: part('shadow'),
    holdsFromMs: span.from ?? -Infinity,
    holdsToMs: span.to ?? Infinity,
  };
}

/** Bodies by sha256 (hex): canonical JSON, as hashed. Both kinds of them at once. */
export async function readBodies(
  db: Queryable,
  sha256s: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await db.query<{ sha256: string; body: string }>(
    `select encode(sha256, 'hex') as sha256, body from rule_pack_version where encode(sha256, 'hex') = any($1)
     union select encode(sha256, 'hex'), body from calendar_revision where encode(sha256, 'hex') = any($1)`,
    [sha256s],
  );
  return new Map(rows.map(({ sha256, body }) => [sha256, body]));
}
