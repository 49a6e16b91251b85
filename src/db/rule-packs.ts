import type { VersionState } from '../domain/version-state';
import type { Queryable, Transaction } from './database';

/** Who proposed what ships with the program. */
const RELEASE = 'release';

/** One immutable version of a rule pack and what people decided about it. */
export interface RulePackVersion {
  readonly packId: string;
  readonly version: number;
  readonly state: VersionState;
  /** It decides calls now. */
  readonly binding: boolean;
  /** It binds, or did once. */
  readonly hasBound: boolean;
  readonly changeReason: string;
  /** `release`, or `key:<id>`. */
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  /** Compared with the binding version from here until it binds; null: it is not. */
  readonly shadowFrom: Date | null;
  /** Approved and null: since ever. */
  readonly bindsFrom: Date | null;
  /** The person who has read the law and signs for this version. */
  readonly reviewedBy: string | null;
  readonly reviewedAt: Date | null;
  /** Of `body`, hex. */
  readonly sha256: string;
  /** Canonical JSON. */
  readonly body: string;
}

const SELECT = `select v.pack_id as "packId", v.version, v.state, v.change_reason as "changeReason",
    v.proposed_by as "proposedBy", v.proposed_at as "proposedAt", v.decided_by as "decidedBy",
    v.decided_at as "decidedAt", v.shadow_from as "shadowFrom",
    nullif(v.binds_from, '-infinity') as "bindsFrom", v.reviewed_by as "reviewedBy",
    v.reviewed_at as "reviewedAt", encode(v.sha256, 'hex') as sha256, v.body,
    coalesce(v.binds_from <= clock_timestamp(), false) as "hasBound",
    coalesce(v.version = (select b.version from rule_pack_version b
      where b.pack_id = v.pack_id and b.state = 'approved' and b.binds_from <= clock_timestamp()
      order by b.binds_from desc, b.version desc limit 1), false) as binding
  from rule_pack_version v`;

/** Every version, or those of one pack; by pack, newest first. */
export async function listRulePackVersions(
  db: Queryable,
  packId: string | null,
): Promise<RulePackVersion[]> {
  const { rows } = await db.query<RulePackVersion>(
    `${SELECT} where $1::text is null or v.pack_id = $1 order by v.pack_id, v.version desc`,
    [packId],
  );
  return rows;
}

export async function findRulePackVersion(
  db: Queryable,
  packId: string,
  version: number,
): Promise<RulePackVersion | null> {
  const { rows } = await db.query<RulePackVersion>(
    `${SELECT} where v.pack_id = $1 and v.version = $2`,
    [packId, version],
  );
  return rows[0] ?? null;
}

/** Ids of the packs of which a version binds now, sorted. */
export async function readBindingPackIds(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select distinct pack_id as id from rule_pack_version
     where state = 'approved' and binds_from <= clock_timestamp() order by pack_id`,
  );
  return rows.map(({ id }) => id);
}

/** Of these the packs of policy alone, which bind where they are named: the law is named by nobody. */
export async function readPolicyPackIds(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from (select distinct on (pack_id) pack_id as id, body::jsonb->'rules' as rules
         from rule_pack_version where state = 'approved' and binds_from <= clock_timestamp()
         order by pack_id, binds_from desc, version desc) binding
     where not exists (select from jsonb_array_elements(rules) rule where rule->>'force' <> 'policy')
     order by id`,
  );
  return rows.map(({ id }) => id);
}

/** Changes to packs and calendars take turns; whoever only reads does not wait. */
export async function lockRules(tx: Transaction): Promise<void> {
  await tx.query('lock table rule_pack_version, calendar_revision in share row exclusive mode');
}

export interface NewVersion {
  readonly packId: string;
  readonly version: number;
  readonly body: string;
  /** Hex. */
  readonly sha256: string;
  readonly changeReason: string;
  readonly proposedBy: string;
  readonly shadowFrom: Date | null;
}

const NEW_COLUMNS = 'pack_id, version, body, sha256, change_reason, proposed_by';
const NEW_VALUES = "$1, $2, $3, decode($4, 'hex'), $5, $6";

function newValues(input: Omit<NewVersion, 'shadowFrom'>): unknown[] {
  const { packId, version, body, sha256, changeReason, proposedBy } = input;
  return [packId, version, body, sha256, changeReason, proposedBy];
}

export async function insertProposedVersion(tx: Transaction, input: NewVersion): Promise<void> {
  await tx.query(
    `insert into rule_pack_version (${NEW_COLUMNS}, shadow_from) values (${NEW_VALUES}, $7)`,
    [...newValues(input), input.shadowFrom],
  );
}

/** The newest version of a pack that is not rejected, whether or not it binds; null: there is none. */
export async function latestRulePackVersion(
  db: Queryable,
  packId: string,
): Promise<{ readonly version: number; readonly body: string } | null> {
  const { rows } = await db.query<{ version: number; body: string }>(
    `select version, body from rule_pack_version where pack_id = $1 and state <> 'rejected'
     order by version desc limit 1`,
    [packId],
  );
  return rows[0] ?? null;
}

/** A version that binds from now on: what `decidedBy` stands for has decided already. */
export async function insertBoundVersion(
  tx: Transaction,
  input: Omit<NewVersion, 'shadowFrom'> & { readonly decidedBy: string },
): Promise<void> {
  await tx.query(
    `insert into rule_pack_version (${NEW_COLUMNS}, state, decided_by, decided_at, binds_from)
     values (${NEW_VALUES}, 'approved', $7, clock_timestamp(), clock_timestamp())`,
    [...newValues(input), input.decidedBy],
  );
}

/** @param bindsFrom null: from now on */
export async function approveVersion(
  tx: Transaction,
  input: { packId: string; version: number; by: string; bindsFrom: Date | null },
): Promise<RulePackVersion> {
  await tx.query(
    `update rule_pack_version set state = 'approved', decided_by = $3, decided_at = clock_timestamp(),
       binds_from = coalesce($4, clock_timestamp())
     where pack_id = $1 and version = $2`,
    [input.packId, input.version, input.by, input.bindsFrom],
  );
  return reread(tx, input);
}

export async function rejectVersion(
  tx: Transaction,
  input: { packId: string; version: number; by: string },
): Promise<RulePackVersion> {
  await tx.query(
    `update rule_pack_version set state = 'rejected', decided_by = $3, decided_at = clock_timestamp(),
       binds_from = null
     where pack_id = $1 and version = $2`,
    [input.packId, input.version, input.by],
  );
  return reread(tx, input);
}

/** A named person has read the law and signs; once. */
export async function signVersion(
  tx: Transaction,
  input: { packId: string; version: number; reviewer: string },
): Promise<RulePackVersion> {
  await tx.query(
    `update rule_pack_version set reviewed_by = $3, reviewed_at = clock_timestamp()
     where pack_id = $1 and version = $2`,
    [input.packId, input.version, input.reviewer],
  );
  return reread(tx, input);
}

/** From when it runs in shadow; null: not, or no more. */
export async function setShadow(
  tx: Transaction,
  input: { packId: string; version: number; from: Date | null },
): Promise<RulePackVersion> {
  await tx.query(
    'update rule_pack_version set shadow_from = $3 where pack_id = $1 and version = $2',
    [input.packId, input.version, input.from],
  );
  return reread(tx, input);
}

async function reread(
  tx: Transaction,
  { packId, version }: { packId: string; version: number },
): Promise<RulePackVersion> {
  const row = await findRulePackVersion(tx, packId, version);
  if (row === null) throw new Error(`version ${version} of ${packId} is gone`);
  return row;
}

export interface ShippedBody {
  readonly id: string;
  /** Number of a pack's version, or a calendar's revision. */
  readonly version: number | string;
  readonly body: string;
  /** Hex. */
  readonly sha256: string;
}

export interface InstalledRules {
  /** `ID@version` of what was added now. */
  readonly added: string[];
  /** What ships under a number that somebody else's version has already: it has to be proposed by hand. */
  readonly taken: string[];
}

/**
 * What ships with the program comes into the database once: a pack or calendar that is new binds
 * from ever, a newer version of one that is there waits for two people's decision like any other.
 * Called at every start, by any number of processes.
 */
export async function installShipped(
  tx: Transaction,
  shipped: { packs: readonly ShippedBody[]; calendars: readonly ShippedBody[] },
): Promise<InstalledRules> {
  await lockRules(tx);
  const packs = await installInto(tx, 'rule_pack_version', 'pack_id', 'version', shipped.packs);
  const calendars = await installInto(
    tx,
    'calendar_revision',
    'calendar_id',
    'revision',
    shipped.calendars,
  );
  return {
    added: [...packs.added, ...calendars.added].sort(),
    taken: [...packs.taken, ...calendars.taken].sort(),
  };
}

async function installInto(
  tx: Transaction,
  table: 'rule_pack_version' | 'calendar_revision',
  id: string,
  version: string,
  shipped: readonly ShippedBody[],
): Promise<InstalledRules> {
  const values = [
    shipped.map((one) => one.id),
    shipped.map((one) => String(one.version)),
    shipped.map((one) => one.sha256),
  ];
  const taken = await tx.query<{ name: string }>(
    `select s.id || '@' || s.version as name
     from unnest($1::text[], $2::text[], $3::text[]) as s(id, version, sha256)
     join ${table} t on t.${id} = s.id and t.${version}::text = s.version
       and encode(t.sha256, 'hex') <> s.sha256`,
    values,
  );
  const added = await tx.query<{ name: string }>(
    `insert into ${table} (${id}, ${version}, body, sha256, change_reason, proposed_by, state,
       decided_by, decided_at, binds_from, waiting_released_at)
     select s.id, s.version${table === 'rule_pack_version' ? '::int' : ''}, s.body,
       decode(s.sha256, 'hex'), 'ships with the program', $5,
       case when known.id is null then 'approved' else 'proposed' end,
       case when known.id is null then $5 end,
       case when known.id is null then now() end,
       case when known.id is null then '-infinity'::timestamptz end,
       case when known.id is null then now() end
     from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as s(id, version, sha256, body)
     left join (select distinct ${id} as id from ${table}) known on known.id = s.id
     on conflict do nothing returning ${id} || '@' || ${version} as name`,
    [...values, shipped.map((one) => one.body), RELEASE],
  );
  const names = (result: { rows: { name: string }[] }) => result.rows.map(({ name }) => name);
  return { added: names(added), taken: names(taken) };
}
