import { randomUUID } from 'node:crypto';
import type { Floor } from './floor';
import type { Api } from './http-api';

export interface DeskAgent {
  readonly agentId: string;
  readonly key: string;
}

/** An agent of the floor's pool with a key, both made over the API. */
export async function newDeskAgent(api: Api, floor: Floor): Promise<DeskAgent> {
  const manager = await api.key('manager');
  const created = await api.call(manager, 'POST /v1/agents', {
    body: {
      name: 'Agen Contoh',
      sipUsername: `a-${randomUUID().slice(0, 8)}`,
      poolIds: [floor.poolId],
    },
  });
  const { id: agentId } = created.json() as { id: string };
  const made = await api.call(manager, `POST /v1/agents/${agentId}/api-keys`, {
    body: { name: 'meja 1' },
  });
  const { key } = made.json() as { key: string };
  return { agentId, key };
}

/** The agent's softphone, as it stands registered for a minute. */
export async function registerSoftphone(api: Api, floor: Floor, agentId: string): Promise<void> {
  await api.database.db.query(
    `insert into registration (agent_id, sip_instance_id, contact_uri, transport, source_address,
       source_port, call_id, cseq, expires_at)
     values ($1, $2, 'sip:a@127.0.0.1', 'ws', '127.0.0.1', 5062, 'x', 1, now() + interval '1 minute')`,
    [agentId, floor.sipInstanceId],
  );
}
