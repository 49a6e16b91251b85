import type { Collector } from '../domain/call-facts';
import { defaultRulePacks } from '../domain/default-rule-packs';
import type { RecordingPolicy } from '../domain/recording-policy';
import { one, type Queryable, type Transaction } from './database';

export interface Creditor {
  readonly id: string;
  /** Short name in commands and addresses: lower-case letters, digits and `-`. */
  readonly code: string;
  readonly name: string;
  /** ISO 4217. */
  readonly currency: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** `third_party`: it collects for somebody else. */
  readonly collector: Collector;
  /** Policy packs that bind all of its campaigns, in order. */
  readonly rulePacks: string[];
  /** Of its people, dialed at random lawful moments for good: what the best-time model is measured against. */
  readonly controlShare: number;
  /** Agents in proportion to it, beside other creditors that want the same. */
  readonly weight: number;
  /** How long its recordings are kept; a legal hold outlasts it. */
  readonly recordingRetentionMonths: number;
  readonly recordingPolicy: RecordingPolicy;
  readonly createdAt: Date;
}

const COLUMNS = `id, code, name, currency, country, collector, rule_packs as "rulePacks",
  control_share as "controlShare", weight, recording_retention_months as "recordingRetentionMonths",
  recording_policy as "recordingPolicy",
  created_at as "createdAt"`;

/** Null when there is one with this code. */
export async function createCreditor(
  db: Queryable,
  input: {
    readonly code: string;
    readonly name: string;
    readonly currency?: string;
    readonly country?: string;
    readonly collector?: Collector;
    /** Absent: those of the country. */
    readonly rulePacks?: readonly string[] | undefined;
    readonly weight?: number | undefined;
  },
): Promise<Creditor | null> {
  const country = input.country ?? 'ID';
  const { rows } = await db.query<Creditor>(
    `insert into creditor (code, name, currency, country, collector, rule_packs, weight)
     values ($1, $2, coalesce($3, 'IDR'), $4, coalesce($5, 'third_party'), $6, coalesce($7, 1))
     on conflict (code) do nothing
     returning ${COLUMNS}`,
    [
      input.code,
      input.name,
      input.currency ?? null,
      country,
      input.collector ?? null,
      input.rulePacks ?? defaultRulePacks(country),
      input.weight ?? null,
    ],
  );
  return rows[0] ?? null;
}

export async function findCreditorByCode(db: Queryable, code: string): Promise<Creditor | null> {
  const { rows } = await db.query<Creditor>(`select ${COLUMNS} from creditor where code = $1`, [
    code,
  ]);
  return rows[0] ?? null;
}

/** As people are told it. @throws Error when there is none */
export async function readCreditorName(db: Queryable, id: string): Promise<string> {
  const found = await db.query<{ name: string }>('select name from creditor where id = $1', [id]);
  return one(found, `creditor ${id}`).name;
}

export interface CreditorChange {
  readonly name?: string | undefined;
  readonly collector?: Collector | undefined;
  readonly rulePacks?: readonly string[] | undefined;
  readonly controlShare?: number | undefined;
  readonly weight?: number | undefined;
  readonly recordingRetentionMonths?: number | undefined;
  readonly recordingPolicy?: RecordingPolicy | undefined;
}

/** Absent fields stay; its campaigns obey the change from their next decision on. */
export async function changeCreditor(
  tx: Transaction,
  id: string,
  change: CreditorChange,
): Promise<{ before: Creditor; after: Creditor } | null> {
  const found = await tx.query<Creditor>(
    `select ${COLUMNS} from creditor where id = $1 for no key update`,
    [id],
  );
  const before = found.rows[0];
  if (before === undefined) return null;
  const { rows } = await tx.query<Creditor>(
    `update creditor set name = coalesce($2, name), collector = coalesce($3, collector),
       rule_packs = coalesce($4, rule_packs), control_share = coalesce($5, control_share),
       weight = coalesce($6, weight),
       recording_retention_months = coalesce($7, recording_retention_months),
       recording_policy = coalesce($8, recording_policy)
     where id = $1 returning ${COLUMNS}`,
    [
      id,
      change.name ?? null,
      change.collector ?? null,
      change.rulePacks ?? null,
      change.controlShare ?? null,
      change.weight ?? null,
      change.recordingRetentionMonths ?? null,
      change.recordingPolicy ?? null,
    ],
  );
  return { before, after: rows[0] ?? before };
}
