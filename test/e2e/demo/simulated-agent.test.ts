import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { parseConfig } from '../../../src/config/parse-config';
import type { LiveEvent } from '../../../src/main/demo/api-client';
import { setUpFloor } from '../../../src/main/demo/set-up-floor';
import { SceneList } from '../../../src/main/demo/talk-scene';
import { SimulatedAgent } from '../../../src/main/demo/simulated-agent';
import { SimulatedCarrier } from '../../../src/main/demo/simulated-carrier';
import { Softphone } from '../../../src/main/demo/softphone';
import { PROGRAM_ROOT } from '../../../src/main/program-root';
import { startSantun, type Santun } from '../../../src/main/start';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { CREDENTIALS } from './carrier-caller';

describe('a simulated agent', () => {
  let database: TestDatabase;
  let santun: Santun;
  let carrier: SimulatedCarrier;

  beforeAll(async () => {
    database = await createTestDatabase();
    carrier = await SimulatedCarrier.start({
      credentials: CREDENTIALS,
      plan: () => ({ kind: 'answered', by: 'person', ringMs: 300, talkMs: 20_000 }),
    });
    const config = parseConfig({
      DATABASE_URL: database.url,
      SANTUN_SECRET_KEY: randomBytes(32).toString('base64'),
      SANTUN_HTTP_PORT: '0',
      SANTUN_SIP_PORT: '0',
      SANTUN_SIP_WS_PORT: '0',
      SANTUN_DRAIN_TIMEOUT_MS: '0',
    });
    santun = await startSantun(config, pino({ level: 'silent' }));
  }, 60_000);
  afterAll(async () => {
    await santun.stop();
    await carrier.close();
    await database.drop();
  }, 30_000);

  it('comes back after its socket broke in a talk, and talks again', async () => {
    const floor = await setUpFloor({
      httpUrl: santun.httpUrl,
      adminKey: santun.adminKey ?? '',
      accountsFile: join(PROGRAM_ROOT, 'examples', 'accounts.csv'),
      campaignFile: join(PROGRAM_ROOT, 'examples', 'demo-campaign.yaml'),
      agentCount: 1,
      carrier: carrier.address,
      credentials: CREDENTIALS,
    });
    const [hired] = floor.agents;
    const ws = santun.sipContacts.find((uri) => uri.includes('transport=ws')) ?? '';
    const phone = new Softphone({
      wsUrl: `ws://${/^sip:([^;]+)/.exec(ws)?.[1] ?? ''}`,
      username: hired!.sipUsername,
      password: hired!.sipPassword,
      realm: hired!.sipRealm,
    });
    const troubles: string[] = [];
    const agent = new SimulatedAgent({
      name: hired!.name,
      seed: 'one',
      api: hired!.api,
      phone,
      scenes: new SceneList([]),
      onTrouble: (what) => troubles.push(what),
    });
    const watching = new AbortController();
    const limit = setTimeout(() => {
      watching.abort();
    }, 45_000);
    const events = floor.admin.events(watching.signal);
    const states: string[] = [];
    const reaches = async (state: string): Promise<void> => {
      for (;;) {
        const { value, done } = (await events.next()) as { value: LiveEvent; done: boolean };
        if (done) throw new Error(`no ${state}; agent: ${states.join()}; ${troubles.join()}`);
        if (value.type !== 'agent.state_changed') continue;
        states.push(String(value['to']));
        if (value['to'] === state) return;
      }
    };
    try {
      agent.start();
      await floor.admin.post(`/v1/campaigns/${floor.campaignId}/start`);
      await reaches('in_call');
      phone.dropConnection();
      await reaches('lost');
      await reaches('in_call');
      await reaches('wrap_up');
      await reaches('ready');
    } finally {
      clearTimeout(limit);
      watching.abort();
      await floor.admin.post(`/v1/campaigns/${floor.campaignId}/finish`);
      await agent.leave(10_000);
    }
    expect(states.slice(states.indexOf('lost'))).toEqual(
      // offline only when the session's limit came before the phone did
      expect.arrayContaining(['lost', 'connecting', 'ready', 'in_call', 'wrap_up']),
    );
    expect(troubles).toEqual([]);
    const outcomes = await floor.admin.get<{ items: unknown[] }>('/v1/outcomes');
    expect(outcomes.items.length).toBeGreaterThan(0);
    expect(Math.max(...carrier.invitesSeen().values())).toBe(1);
  }, 90_000);
});
