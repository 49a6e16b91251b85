import type { RiskAction } from '../domain/risk-change';
import type { Characteristic, RiskBand } from '../domain/risk-scorecard';
import { recordAudit } from './audit';
import type { Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';
import { objectsToProfiling } from './profiling-objection';

export const SUGGESTION_STATES = [
  'open',
  'accepted',
  'declined',
  'superseded',
  'withdrawn',
] as const;
export type SuggestionState = (typeof SUGGESTION_STATES)[number];

/** What may help a person whose band rose, for somebody to decide. */
export interface RiskSuggestion {
  readonly id: string;
  readonly creditorId: string;
  readonly debtorId: string;
  readonly day: string;
  readonly scorecard: string;
  readonly fromBand: RiskBand;
  readonly toBand: RiskBand;
  readonly action: RiskAction;
  readonly reasons: Characteristic[];
  readonly state: SuggestionState;
  readonly createdAt: Date;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
  readonly decisionReason: string | null;
}

const COLUMNS = `g.id, g.creditor_id as "creditorId", g.debtor_id as "debtorId", g.day, g.scorecard,
  g.from_band as "fromBand", g.to_band as "toBand", g.action, g.reasons, g.state, g.created_at as "createdAt",
  g.decided_at as "decidedAt", g.decided_by as "decidedBy", g.decision_reason as "decisionReason"`;
/** Of who objects to profiling nothing is shown. */
const SHOWN = `not ${objectsToProfiling('g.debtor_id')}`;

export async function listSuggestions(
  db: Queryable,
  filter: {
    readonly creditorId: string | null;
    readonly debtorId: string | null;
    readonly state: SuggestionState | null;
  },
  page: PageRequest,
): Promise<Page<RiskSuggestion>> {
  const { rows } = await db.query<RiskSuggestion>(
    `select ${COLUMNS} from risk_suggestion g
     where ($1::uuid is null or g.id < $1) and ($2::uuid is null or g.creditor_id = $2)
       and ($3::uuid is null or g.debtor_id = $3) and ($4::text is null or g.state = $4) and ${SHOWN}
     order by g.id desc limit $5`,
    [page.beforeId, filter.creditorId, filter.debtorId, filter.state, pageFetch(page)],
  );
  return toPage(rows, page);
}

export type SuggestionDecision =
  | { readonly kind: 'decided' | 'repeated'; readonly suggestion: RiskSuggestion }
  | { readonly kind: 'over'; readonly state: SuggestionState }
  | { readonly kind: 'not_found' };

/** Keeps what a person decided; the same decision again changes nothing. Nothing else follows from it. */
export async function decideSuggestion(
  tx: Transaction,
  id: string,
  decision: {
    readonly state: 'accepted' | 'declined';
    readonly reason: string;
    readonly actor: string;
  },
): Promise<SuggestionDecision> {
  const { state, reason, actor } = decision;
  const { rows } = await tx.query<RiskSuggestion>(
    `select ${COLUMNS} from risk_suggestion g where g.id = $1 and ${SHOWN} for update`,
    [id],
  );
  const [before] = rows;
  if (before === undefined) return { kind: 'not_found' };
  if (before.state === state) return { kind: 'repeated', suggestion: before };
  if (before.state !== 'open') return { kind: 'over', state: before.state };
  const changed = await tx.query<RiskSuggestion>(
    `update risk_suggestion g set state = $2, decided_at = clock_timestamp(), decided_by = $3, decision_reason = $4
     where g.id = $1 returning ${COLUMNS}`,
    [id, state, actor, reason],
  );
  const suggestion = changed.rows[0] ?? before;
  const { creditorId, debtorId, action } = before;
  await recordAudit(tx, {
    ...{ creditorId, actor, action: `risk_suggestion.${state}`, subject: 'risk_suggestion' },
    ...{ subjectId: id, before: { state: before.state }, after: { state, action }, reason },
  });
  await appendEvent(tx, {
    type: 'credit.risk.suggestion_decided',
    creditorId,
    payload: { suggestionId: id, creditorId, debtorId, action, state },
  });
  return { kind: 'decided', suggestion };
}
