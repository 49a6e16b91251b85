/** What the ledger keeps: what the gate decided, and what people changed. */
export const LEDGER_KINDS = ['decision', 'audit'] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];
