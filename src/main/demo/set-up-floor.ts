import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ApiClient } from './api-client';
import type { Address } from './sip-datagram';
import type { TrunkCredentials } from './trunk-digest';

export interface FloorPlan {
  readonly httpUrl: string;
  readonly adminKey: string;
  readonly accountsFile: string;
  /** The document of the campaign. */
  readonly campaignFile: string;
  readonly agentCount: number;
  readonly carrier: Address;
  readonly credentials: TrunkCredentials;
}

export interface FloorAgent {
  readonly id: string;
  readonly name: string;
  readonly sipUsername: string;
  readonly sipPassword: string;
  readonly sipRealm: string;
  readonly api: ApiClient;
}

export interface Floor {
  readonly admin: ApiClient;
  readonly campaignId: string;
  readonly agents: readonly FloorAgent[];
  readonly importedAccounts: number;
}

interface WithId {
  readonly id: string;
}

const CREDITOR = 'demo-bank';
/** Everything that a campaign needs, made over the API as any client would. */
export async function setUpFloor(plan: FloorPlan): Promise<Floor> {
  const admin = new ApiClient(plan.httpUrl, plan.adminKey);
  await admin.post('/v1/creditors', {
    code: CREDITOR,
    name: 'Demo Bank',
  });
  const imported = await admin.upload<{ newCount: number; rejectedCount: number }>(
    `/v1/imports?creditor=${CREDITOR}&dryRun=false`,
    {
      name: basename(plan.accountsFile),
      type: 'text/csv',
      content: await readFile(plan.accountsFile),
    },
  );
  const pool = await admin.post<WithId>('/v1/pools', { name: 'Demo floor' });
  const agents: FloorAgent[] = [];
  for (let n = 1; n <= plan.agentCount; n += 1) {
    agents.push(await makeAgent(admin, plan.httpUrl, `agent-${n}`, pool.id));
  }
  await admin.post('/v1/trunks', {
    name: 'Simulated carrier',
    host: plan.carrier.host,
    port: plan.carrier.port,
    transport: 'udp',
    username: plan.credentials.username,
    password: plan.credentials.password,
    callerIds: ['+622180001234'],
    callsPerSecond: 5,
    maxChannels: 30,
  });
  const { campaign } = await admin.post<{ campaign: WithId }>('/v1/campaign-documents', {
    document: await readFile(plan.campaignFile, 'utf8'),
    reason: 'the demonstration',
  });
  await admin.post(`/v1/campaigns/${campaign.id}/validate`);
  return { admin, campaignId: campaign.id, agents, importedAccounts: imported.newCount };
}

async function makeAgent(
  admin: ApiClient,
  httpUrl: string,
  name: string,
  poolId: string,
): Promise<FloorAgent> {
  const made = await admin.post<Omit<FloorAgent, 'api'>>('/v1/agents', {
    name,
    sipUsername: name,
    poolIds: [poolId],
  });
  const { key } = await admin.post<{ key: string }>(`/v1/agents/${made.id}/api-keys`, { name });
  return { ...made, api: new ApiClient(httpUrl, key) };
}
