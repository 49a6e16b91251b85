import type { QueryConfig } from 'pg';

/** What a key that is bound to creditors is held to. */
export interface CreditorScope {
  readonly keyId: string;
  readonly creditorIds: readonly string[];
}

/** Owns nothing, may not log in, and sees what policies let it see: migrations/0013. */
const ROLE = 'santun_creditor';

// a fixed text without values: neither is worth a prepared statement
export const TAKE_ROLE = `select set_config('role', '${ROLE}', true)`;
export const LEAVE_ROLE = `select set_config('role', 'none', true)`;

/** Holds the transaction that it is sent in, until its end. */
export function enterScope({ keyId, creditorIds }: CreditorScope): QueryConfig {
  return {
    name: 'enter_creditor_scope',
    text: `select set_config('role', '${ROLE}', true), set_config('santun.creditors', $1, true),
      set_config('santun.api_key', $2, true)`,
    values: [creditorIds.join(','), keyId],
  };
}
