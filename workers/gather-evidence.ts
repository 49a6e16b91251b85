import { toEvidenceDecision, toEvidencePack } from '../dialer/evidence-decision';
import type { RulePack } from '../dialer/compliance/rule-pack';
import { parseRecord } from '../dialer/replay';
import { readBodies } from '../src/db/binding-rules';
import type { Queryable } from '../src/db/database';
import {
  listEvidenceAccounts,
  listEvidenceAttempts,
  listEvidenceDecisions,
  listEvidencePhones,
  readEvidencePerson,
  type EvidenceAttemptRow,
  type EvidenceDecisionRow,
  type EvidenceScope,
} from '../src/db/read/evidence';
import {
  listEvidenceAudit,
  listEvidenceConsents,
  listEvidenceContacts,
  listEvidenceHolds,
  listEvidencePreferences,
} from '../src/db/read/evidence-facts';
import { listEvidenceTransfers, type EvidenceTransferRow } from '../src/db/read/evidence-transfers';
import { listSigningKeys } from '../src/db/signing-keys';
import {
  EVIDENCE_FORMAT,
  type EvidenceAttempt,
  type EvidenceBundle,
  type EvidenceCreditor,
  type EvidenceDecision,
  type EvidenceProof,
  type EvidenceTransfer,
} from '../src/domain/evidence-bundle';
import { summariseEvidence } from '../src/domain/evidence-summary';
import { maskE164 } from '../src/domain/phone-owner';
import { publicKeyOf, verifySignature } from '../src/proof/sign';
import { gatherDealings, type EvidenceDocuments } from './gather-dealings';

export interface EvidenceRequest {
  readonly scope: Omit<EvidenceScope, 'creditorId'>;
  /** Whose alone; null: of all creditors. */
  readonly creditor: EvidenceCreditor | null;
  readonly numbersShown: boolean;
  readonly reason: string;
  readonly madeBy: string;
  readonly madeAt: Date;
  /** Version of this program. */
  readonly engine: string;
}

export interface GatheredEvidence {
  readonly bundle: EvidenceBundle;
  readonly documents: EvidenceDocuments;
}

/**
 * All that is kept about one person in one period. Everything is read through `db`: give it one
 * transaction, and the pack is of one moment. Null: no such person.
 */
export async function gatherEvidence(
  db: Queryable,
  request: EvidenceRequest,
): Promise<GatheredEvidence | null> {
  const scope = { ...request.scope, creditorId: request.creditor?.id ?? null };
  const person = await readEvidencePerson(db, scope);
  if (person === null) return null;
  const shown = (e164: string): string => (request.numbersShown ? e164 : maskE164(e164));
  const phones = await listEvidencePhones(db, scope);
  const { decisions, packs, keys } = await gatherDecisions(db, scope);
  const looks = new Map<string | null, EvidenceDecision[]>();
  for (const decision of decisions) {
    const others = looks.get(decision.attemptId);
    if (others === undefined) looks.set(decision.attemptId, [decision]);
    else others.push(decision);
  }
  const attempts = (await listEvidenceAttempts(db, scope)).map((row) =>
    toAttempt(row, looks.get(row.id) ?? [], shown),
  );
  const transfers = (await listEvidenceTransfers(db, scope)).map((row) => toTransfer(row, shown));
  const facts = await gatherFacts(db, scope, shown);
  const accounts = await listEvidenceAccounts(db, scope);
  const { dealings, documents } = await gatherDealings(db, scope, shown);
  const { agreements, payments, cases, recordings } = dealings;
  const { holds, consents, preferences, contacts } = facts;
  const changed = [
    scope.debtorId,
    ...[...accounts, ...phones, ...holds, ...consents, ...preferences, ...contacts].map(idOf),
    ...[...agreements, ...payments, ...cases, ...recordings].map(idOf),
  ];
  const bundle: EvidenceBundle = {
    format: EVIDENCE_FORMAT,
    madeAt: request.madeAt.toISOString(),
    madeBy: request.madeBy,
    engine: request.engine,
    reason: request.reason,
    period: { from: scope.from.toISOString(), to: scope.to.toISOString() },
    creditor: request.creditor,
    numbersShown: request.numbersShown,
    person: {
      ...person,
      phones: phones.map(({ e164, ...phone }) => ({ ...phone, number: shown(e164) })),
    },
    summary: summariseEvidence({ attempts, transfers, decisions }, dealings),
    accounts: accounts.map((account) => {
      return { ...account, amountDueMinor: account.amountDueMinor.toString() };
    }),
    attempts,
    transfers,
    decisions,
    ...facts,
    ...dealings,
    audit: (await listEvidenceAudit(db, scope, changed)).map((entry) => {
      return { ...entry, at: entry.at.toISOString() };
    }),
    packs,
    keys,
  };
  return { bundle, documents };
}

async function gatherDecisions(
  db: Queryable,
  scope: EvidenceScope,
): Promise<Pick<EvidenceBundle, 'decisions' | 'packs' | 'keys'>> {
  const rows = await listEvidenceDecisions(db, scope);
  const shas = new Set(
    rows.flatMap(({ record }) => parseRecord(record)?.packs.map(({ sha256 }) => sha256) ?? []),
  );
  const bodies = await readBodies(db, [...shas]);
  const packs = new Map(
    [...bodies].map(([sha256, body]) => [sha256, JSON.parse(body) as RulePack] as const),
  );
  const kept = await listSigningKeys(db);
  const keys = new Map(kept.map(({ id, publicKey }) => [id, publicKeyOf(publicKey)]));
  const check = (row: EvidenceDecisionRow): EvidenceProof['signature'] => {
    if (row.signature === null || row.keyId === null) return 'none';
    const key = keys.get(row.keyId);
    return key !== undefined && verifySignature(key, row.record, row.signature)
      ? 'valid'
      : 'invalid';
  };
  return {
    decisions: rows.map((row) => toEvidenceDecision(row, packs, check(row))),
    packs: [...packs]
      .map(([sha256, pack]) => toEvidencePack(pack, sha256))
      .sort((a, b) => a.key.localeCompare(b.key)),
    keys: kept.map(({ id, publicKey }) => ({ id, publicKey: publicKey.toString('base64') })),
  };
}

async function gatherFacts(
  db: Queryable,
  scope: EvidenceScope,
  shown: (e164: string) => string,
): Promise<Pick<EvidenceBundle, 'holds' | 'consents' | 'preferences' | 'contacts'>> {
  const holds = await listEvidenceHolds(db, scope);
  const consents = await listEvidenceConsents(db, scope);
  const preferences = await listEvidencePreferences(db, scope);
  const contacts = await listEvidenceContacts(db, scope);
  return {
    holds: holds.map(
      ({ accountId, e164, creditor, fromAt, toAt, placedAt, liftedAt, ...hold }) => ({
        ...hold,
        scope: [
          accountId === null ? 'person' : `account ${accountId}`,
          ...(e164 === null ? [] : [`number ${shown(e164)}`]),
          ...(creditor === null ? [] : [`creditor ${creditor}`]),
        ].join(', '),
        from: fromAt.toISOString(),
        to: text(toAt),
        placedAt: placedAt.toISOString(),
        liftedAt: text(liftedAt),
      }),
    ),
    consents: consents.map((consent) => ({
      ...consent,
      givenAt: consent.givenAt.toISOString(),
      validFrom: text(consent.validFrom),
      validTo: text(consent.validTo),
      withdrawnAt: text(consent.withdrawnAt),
    })),
    preferences: preferences.map((one) => ({
      ...one,
      recordedAt: one.recordedAt.toISOString(),
      removedAt: text(one.removedAt),
    })),
    contacts: contacts.map(({ e164, at, ...contact }) => ({
      ...contact,
      at: at.toISOString(),
      number: e164 === null ? null : shown(e164),
    })),
  };
}

function toAttempt(
  row: EvidenceAttemptRow,
  looks: readonly EvidenceDecision[],
  shown: (e164: string) => string,
): EvidenceAttempt {
  const { e164, outcome, changes, ...attempt } = row;
  return {
    ...attempt,
    number: e164 === null ? null : shown(e164),
    createdAt: row.createdAt.toISOString(),
    dialedAt: text(row.dialedAt),
    ringingAt: text(row.ringingAt),
    answeredAt: text(row.answeredAt),
    connectedAt: text(row.connectedAt),
    endedAt: text(row.endedAt),
    decisionIds: looks.map(({ id }) => id),
    changes: changes.map((change) => ({ ...change, at: utc(change.at) })),
    outcome: outcome && {
      ...outcome,
      callbackAt: outcome.callbackAt === null ? null : utc(outcome.callbackAt),
      recordedAt: utc(outcome.recordedAt),
    },
  };
}

function toTransfer(
  { e164, ...row }: EvidenceTransferRow,
  shown: (e164: string) => string,
): EvidenceTransfer {
  return {
    ...row,
    number: shown(e164),
    invitedAt: row.invitedAt.toISOString(),
    ringingAt: text(row.ringingAt),
    answeredAt: text(row.answeredAt),
    joinedAt: text(row.joinedAt),
    endedAt: text(row.endedAt),
  };
}

const idOf = ({ id }: { readonly id: string }): string => id;
const text = (at: Date | null): string | null => at?.toISOString() ?? null;
/** Postgres writes instants in JSON with the session's offset. */
const utc = (at: string): string => new Date(at).toISOString();
