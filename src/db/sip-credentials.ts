import { randomBytes } from 'node:crypto';
import { newSipPassword } from './agents';
import { one, type Queryable, type Transaction } from './database';
import { INSTANCE_DEAD_AFTER_MS } from './sip-instances';

/** A shift and its overtime. */
const CREDENTIAL_HOURS = 12;
/** A softphone that starts again and again asks each time: the oldest that nobody uses end. */
const MOST_CREDENTIALS = 20;

/** What a softphone registers with; the password is kept nowhere and can be shown once. */
export interface IssuedSipCredential {
  readonly username: string;
  readonly password: string;
  readonly expiresAt: Date;
}

/** Makes credentials for 12 hours, bound to the key that asked. The agent is active. */
export async function issueSipCredential(
  tx: Transaction,
  input: { readonly agentId: string; readonly apiKeyId: string; readonly realm: string },
): Promise<IssuedSipCredential> {
  const agent = one(
    // the lock makes issuing and revoking take turns
    await tx.query<{ sipUsername: string }>(
      'select sip_username as "sipUsername" from agent where id = $1 for no key update',
      [input.agentId],
    ),
    'agent',
  );
  await dropOldest(tx, input.agentId);
  const username = `${agent.sipUsername}~${randomBytes(6).toString('hex')}`;
  const { sipPassword, md5, sha256 } = newSipPassword({
    sipUsername: username,
    realm: input.realm,
  });
  const { expiresAt } = one(
    await tx.query<{ expiresAt: Date }>(
      `insert into sip_credential (username, agent_id, api_key_id, ha1_md5, ha1_sha256, expires_at)
       values ($1, $2, $3, $4, $5, now() + $6 * interval '1 hour')
       returning expires_at as "expiresAt"`,
      [username, input.agentId, input.apiKeyId, md5, sha256, CREDENTIAL_HOURS],
    ),
    'new credential',
  );
  return { username, password: sipPassword, expiresAt };
}

async function dropOldest(tx: Transaction, agentId: string): Promise<void> {
  await tx.query(
    `delete from sip_credential where agent_id = $1 and expires_at < now() - interval '1 day'`,
    [agentId],
  );
  await tx.query(
    `update sip_credential set ended_at = now(), end_cause = 'replaced'
     where id in (select id from sip_credential c where agent_id = $1 and ended_at is null
         and not exists (select 1 from registration r where r.sip_credential_id = c.id)
       order by id desc offset $2)`,
    [agentId, MOST_CREDENTIALS - 1],
  );
}

/** Ends all of an agent's short-lived credentials. @returns how many of them were still good. */
export async function revokeSipCredentials(tx: Transaction, agentId: string): Promise<number> {
  await tx.query('select 1 from agent where id = $1 for no key update', [agentId]);
  const live = await tx.query('select 1 from live_sip_credential where agent_id = $1', [agentId]);
  await tx.query(
    `update sip_credential set ended_at = now(), end_cause = 'revoked'
     where agent_id = $1 and ended_at is null`,
    [agentId],
  );
  return live.rowCount ?? 0;
}

/** Where softphones connect by WebSocket: of every sip process at work, the least busy first. */
export async function listWsUrls(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ url: string }>(
    `select u.url from sip_instance i cross join unnest(i.ws_urls) with ordinality as u (url, n)
     where i.state = 'alive' and i.heartbeat_at > now() - $1 * interval '1 ms'
     order by (select count(*) from registration r where r.sip_instance_id = i.id), i.id, u.n`,
    [INSTANCE_DEAD_AFTER_MS],
  );
  return [...new Set(rows.map((row) => row.url))];
}
