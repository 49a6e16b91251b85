import type { Database, Queryable } from './database';

export type RegistrationTransport = 'udp' | 'tcp' | 'ws' | 'wss';

/** A softphone's binding (RFC 3261, 10.3). One an agent: the newest registration wins. */
export interface Registration {
  readonly agentId: string;
  /** The process that took the REGISTER: for a WebSocket, the only one that can reach it. */
  readonly sipInstanceId: string;
  readonly contactUri: string;
  readonly transport: RegistrationTransport;
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly callId: string;
  readonly cseq: number;
  readonly expiresAt: Date;
}

const COLUMNS = `agent_id as "agentId", sip_instance_id as "sipInstanceId",
  contact_uri as "contactUri", transport, source_address as "sourceAddress",
  source_port as "sourcePort", call_id as "callId", cseq, expires_at as "expiresAt"`;

export interface SipIdentity {
  readonly agentId: string;
  readonly ha1Md5: string;
  readonly ha1Sha256: string;
}

/** What an active agent's softphone proves itself against; null when there is no such agent. */
export async function findSipIdentity(
  db: Queryable,
  sipUsername: string,
): Promise<SipIdentity | null> {
  const { rows } = await db.query<SipIdentity>(
    `select id as "agentId", sip_ha1_md5 as "ha1Md5", sip_ha1_sha256 as "ha1Sha256"
     from agent where sip_username = $1 and active`,
    [sipUsername],
  );
  return rows[0] ?? null;
}

/**
 * Writes the binding.
 * @returns false when a later request of the same Call-ID was seen already (RFC 3261, 10.3, 7).
 */
export async function saveRegistration(
  db: Queryable,
  binding: Omit<Registration, 'expiresAt'> & { readonly expiresInSeconds: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into registration (agent_id, sip_instance_id, contact_uri, transport, source_address,
       source_port, call_id, cseq, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9 * interval '1 s')
     on conflict (agent_id) do update set sip_instance_id = excluded.sip_instance_id,
       contact_uri = excluded.contact_uri, transport = excluded.transport,
       source_address = excluded.source_address, source_port = excluded.source_port,
       call_id = excluded.call_id, cseq = excluded.cseq, expires_at = excluded.expires_at,
       registered_at = now()
     where registration.call_id <> excluded.call_id or registration.cseq < excluded.cseq`,
    [
      binding.agentId,
      binding.sipInstanceId,
      binding.contactUri,
      binding.transport,
      binding.sourceAddress,
      binding.sourcePort,
      binding.callId,
      binding.cseq,
      binding.expiresInSeconds,
    ],
  );
  return rowCount === 1;
}

/** The agent's binding that has not expired. */
export async function findRegistration(
  db: Queryable,
  agentId: string,
): Promise<Registration | null> {
  const { rows } = await db.query<Registration>(
    `select ${COLUMNS} from registration where agent_id = $1 and expires_at > now()`,
    [agentId],
  );
  return rows[0] ?? null;
}

/** Removes the agent's binding if `contactUri` (any when null) at this instance is the one that stands. */
export async function removeRegistration(
  db: Queryable,
  input: { agentId: string; sipInstanceId: string; contactUri: string | null },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `delete from registration where agent_id = $1 and sip_instance_id = $2
       and ($3::text is null or contact_uri = $3)`,
    [input.agentId, input.sipInstanceId, input.contactUri],
  );
  return rowCount === 1;
}

/** Removes this instance's bindings that have expired; gives their agents. */
export async function removeExpiredRegistrations(
  db: Database,
  sipInstanceId: string,
): Promise<string[]> {
  const { rows } = await db.query<{ agentId: string }>(
    `delete from registration where sip_instance_id = $1 and expires_at <= now()
     returning agent_id as "agentId"`,
    [sipInstanceId],
  );
  return rows.map((row) => row.agentId);
}

/** How many softphones this instance can reach. */
export async function countRegistrations(db: Queryable, sipInstanceId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from registration
     where sip_instance_id = $1 and expires_at > now()`,
    [sipInstanceId],
  );
  return rows[0]?.count ?? 0;
}
