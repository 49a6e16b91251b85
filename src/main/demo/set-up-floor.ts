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
  readonly creditorId: string;
  /** A supervisor's own key: whoever asks for an approval does not give it. */
  readonly supervisor: ApiClient;
  readonly agents: readonly FloorAgent[];
  readonly importedAccounts: number;
}

interface WithId {
  readonly id: string;
}

const CREDITOR = 'demo-bank';
/** Of 500 accounts: some of them are called within a minute. */
const OVERDUE_PROMISES = 80;
/** A supervisor may give up a tenth of what is owed, for a payment within a week. */
const POLICY = {
  options: {
    settlement: {
      matrix: [
        {
          buckets: ['1-10', '11-30', '31-60', '61-90', '90+'],
          supervisor: { principalPercent: 10 },
          manager: { principalPercent: 10 },
        },
      ],
      principalFloorPercent: 80,
    },
  },
};
/** Everything that a campaign needs, made over the API as any client would. */
export async function setUpFloor(plan: FloorPlan): Promise<Floor> {
  const admin = new ApiClient(plan.httpUrl, plan.adminKey);
  const creditor = await admin.post<WithId>('/v1/creditors', {
    code: CREDITOR,
    name: 'Demo Bank',
  });
  await admin.put(`/v1/creditors/${creditor.id}/collection-policy`, POLICY);
  const imported = await admin.upload<{ newCount: number; rejectedCount: number }>(
    `/v1/imports?creditor=${CREDITOR}&dryRun=false`,
    {
      name: basename(plan.accountsFile),
      type: 'text/csv',
      content: await readFile(plan.accountsFile),
    },
  );
  await bringPromises(admin);
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
  const { key } = await admin.post<{ key: string }>('/v1/api-keys', {
    role: 'supervisor',
    name: 'Supervisor',
  });
  return {
    admin,
    campaignId: campaign.id,
    creditorId: creditor.id,
    supervisor: new ApiClient(plan.httpUrl, key),
    agents,
    importedAccounts: imported.newCount,
  };
}

/** Promises of the system before this one, overdue: they are broken, and some are followed up at once. */
async function bringPromises(admin: ApiClient): Promise<void> {
  const { items } = await admin.get<{ items: readonly (WithId & { amountDueMinor: string })[] }>(
    `/v1/accounts?limit=${OVERDUE_PROMISES}`,
  );
  const dueDate = new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10);
  // some owe nothing: nobody can promise a part of it
  const owing = items.filter(({ amountDueMinor }) => amountDueMinor !== '0');
  for (const { id: accountId, amountDueMinor: amountMinor } of owing)
    await admin.post('/v1/promises', {
      accountId,
      amountMinor,
      dueDate,
      method: 'virtual_account',
    });
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
