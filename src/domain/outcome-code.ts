/** What an agent may record after a talk; the others follow from the call itself. */
export const AGENT_OUTCOME_CODES = [
  'RPC_PTP',
  'RPC_PLAN',
  'RPC_SETTLE',
  'RPC_DEFER',
  'RPC_REFUSE',
  'RPC_DISPUTE',
  'RPC_HARDSHIP',
  'RPC_CALLBACK',
  'RPC_PAID_CLAIM',
  'WRONG_PARTY',
  'THIRD_PARTY',
  'WRONG_NUMBER',
  'DECEASED',
  'VOICEMAIL',
  'NO_ANSWER',
  'ABANDONED',
] as const;
export type AgentOutcomeCode = (typeof AGENT_OUTCOME_CODES)[number];

/** The closed core set of outcomes (dispositions). RPC: right-party contact. */
export const OUTCOME_CODES = [
  ...AGENT_OUTCOME_CODES,
  'BUSY',
  'REJECTED',
  'UNREACHABLE',
  'INVALID',
  'BLOCKED_BY_RULE',
  'UNKNOWN',
] as const;
export type OutcomeCode = (typeof OUTCOME_CODES)[number];

/** Why the account is in arrears, as the debtor tells it. */
export const ROOT_CAUSES = [
  'forgot',
  'salary_late',
  'income_lost',
  'illness',
  'family_emergency',
  'disaster',
  'over_indebted',
  'product_dispute',
  'amount_dispute',
  'not_mine',
  'payment_channel_problem',
  'unwilling',
  'other',
  'not_told',
] as const;
export type RootCause = (typeof ROOT_CAUSES)[number];

/** How the debtor will pay. */
export const PAYMENT_METHODS = [
  'virtual_account',
  'bank_transfer',
  'qris',
  'e_wallet',
  'retail_outlet',
  'auto_debit',
  'cash_at_branch',
] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

export function isRightParty(code: OutcomeCode): boolean {
  return code.startsWith('RPC_');
}

/** Stands in the place of an outcome that the agent did not record in time; the account waits for it. */
export const NOT_RECORDED = 'NOT_RECORDED';
