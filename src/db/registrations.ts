import type { Queryable } from './database';

export type RegistrationTransport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

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
  readonly registeredAt: Date;
  readonly expiresAt: Date;
}

const COLUMNS = `agent_id as "agentId", sip_instance_id as "sipInstanceId",
  contact_uri as "contactUri", transport, source_address as "sourceAddress",
  source_port as "sourcePort", call_id as "callId", cseq, registered_at as "registeredAt",
  expires_at as "expiresAt"`;

export interface SipIdentity {
  readonly agentId: string;
  readonly ha1Md5: string;
  readonly ha1Sha256: string;
  /** The short-lived credential it is; null: the agent's own SIP password. */
  readonly sipCredentialId: string | null;
}

/**
 * What an active agent's softphone proves itself against, by the agent's own SIP user or that of a
 * short-lived credential; null when there is none.
 */
export async function findSipIdentity(
  db: Queryable,
  username: string,
): Promise<SipIdentity | null> {
  const { rows } = await db.query<SipIdentity>(
    `select id as "agentId", sip_ha1_md5 as "ha1Md5", sip_ha1_sha256 as "ha1Sha256",
       null as "sipCredentialId"
     from agent where sip_username = $1 and active
     union all
     select agent_id, ha1_md5, ha1_sha256, id from live_sip_credential where username = $1`,
    [username],
  );
  return rows[0] ?? null;
}

/**
 * Writes the binding.
 * @returns `overtaken`: a later request of the same Call-ID was seen already (RFC 3261, 10.3, 7);
 *   `new`: another Call-ID or Contact than the binding before, so a softphone that began anew
 */
export async function saveRegistration(
  db: Queryable,
  binding: Omit<Registration, 'expiresAt' | 'registeredAt'> & {
    readonly expiresInSeconds: number;
    readonly sipCredentialId: string | null;
  },
): Promise<'new' | 'refreshed' | 'overtaken'> {
  const { rows } = await db.query<{ refreshed: boolean }>(
    `with before as (
       select call_id = $7 and contact_uri = $3 and expires_at > now() as same
       from registration where agent_id = $1)
     insert into registration (agent_id, sip_instance_id, contact_uri, transport, source_address,
       source_port, call_id, cseq, expires_at, sip_credential_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9 * interval '1 s', $10)
     on conflict (agent_id) do update set sip_instance_id = excluded.sip_instance_id,
       contact_uri = excluded.contact_uri, transport = excluded.transport,
       source_address = excluded.source_address, source_port = excluded.source_port,
       call_id = excluded.call_id, cseq = excluded.cseq, expires_at = excluded.expires_at,
       registered_at = now(), sip_credential_id = excluded.sip_credential_id
     where registration.call_id <> excluded.call_id or registration.cseq < excluded.cseq
     returning coalesce((select same from before), false) as refreshed`,
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
      binding.sipCredentialId,
    ],
  );
  if (rows[0] === undefined) return 'overtaken';
  return rows[0].refreshed ? 'refreshed' : 'new';
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

/** Removes this instance's bindings that have expired, or whose short-lived credential has ended. */
export async function removeEndedRegistrations(
  db: Queryable,
  sipInstanceId: string,
): Promise<{ readonly agentId: string; readonly expired: boolean }[]> {
  const { rows } = await db.query<{ agentId: string; expired: boolean }>(
    `delete from registration r where sip_instance_id = $1 and (expires_at <= now()
       or (sip_credential_id is not null and not exists
         (select 1 from live_sip_credential c where c.id = r.sip_credential_id)))
     returning agent_id as "agentId", expires_at <= now() as expired`,
    [sipInstanceId],
  );
  return rows;
}

/**
 * Takes over the softphones of processes that are gone, at the signalling server that this one speaks
 * through too: their connections stand. Whether each is still there is asked as of any other.
 * @returns how many
 */
export async function adoptRegistrations(db: Queryable, sipInstanceId: string): Promise<number> {
  const { rowCount } = await db.query(
    `update registration r set sip_instance_id = me.id
     from sip_instance gone, sip_instance me
     where me.id = $1 and me.state = 'alive' and gone.id = r.sip_instance_id and gone.state = 'dead'
       and gone.signalling = me.signalling and r.expires_at > now()`,
    [sipInstanceId],
  );
  return rowCount ?? 0;
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
