import type { Queryable } from './database';

/** Who may speak SIP to us unasked. */
export interface SipPeers {
  /** Hosts of enabled trunks as they are configured: names or addresses, IPv6 in brackets. */
  readonly trunkHosts: readonly string[];
  /** Where standing registrations came from, at whichever process. */
  readonly softphones: readonly { readonly address: string; readonly transport: string }[];
}

export async function listSipPeers(db: Queryable): Promise<SipPeers> {
  const trunks = await listTrunkHosts(db);
  const { rows } = await db.query<SipPeers['softphones'][number]>(
    `select distinct source_address as address, transport from registration
     where expires_at > now()`,
  );
  return { trunkHosts: trunks, softphones: rows };
}

/** Hosts of enabled trunks, each once, in order. */
export async function listTrunkHosts(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ host: string }>(
    'select distinct lower(host) as host from trunk where enabled order by 1',
  );
  return rows.map(({ host }) => host);
}
