import { one } from '../../../src/db/database';
import { CallFloor, eventually, REALM } from './support/call-floor';
import { StormSoftphone } from './support/storm-softphone';

jest.setTimeout(90_000);

/** `npm run bench:registrations` makes it the floor of 1,000. */
const AGENTS = Number(process.env.SANTUN_STORM_AGENTS ?? '150');
const BACK_WITHIN_MS = 10_000;

let floor: CallFloor;
const softphones: StormSoftphone[] = [];

beforeAll(async () => {
  floor = await CallFloor.open();
});
afterAll(async () => {
  for (const softphone of softphones) softphone.drop();
  await floor.close();
});

async function counts(): Promise<{ registered: number; ready: number; lost: number }> {
  const found = await floor.db.query<{ registered: number; ready: number; lost: number }>(
    `select (select count(*)::int from registration where expires_at > now()) as registered,
       count(*) filter (where state = 'ready')::int as ready,
       count(*) filter (where state = 'lost')::int as lost
     from agent_session where ended_at is null`,
  );
  return one(found, 'counts');
}

const come = (): Promise<number[]> => Promise.all(softphones.map((one_) => one_.come()));
const allReady = (limitMs: number): Promise<unknown> =>
  eventually(counts, ({ ready }) => ready === AGENTS, 'every agent is ready', limitMs);

test(`${AGENTS} agents whose connections broke at once are all back within 10 s`, async () => {
  const [, hostPort = ''] = floor.endpoint('ws').split('/');
  for (let n = 0; n < AGENTS; n += 1) {
    const { agentId, username, password } = await floor.addAgent();
    softphones.push(new StormSoftphone({ hostPort, realm: REALM, username, password }));
    await floor.signIn(agentId, 'nailed_up');
  }
  expect(new Set(await come())).toEqual(new Set([200]));
  await allReady(30_000);

  for (const softphone of softphones) softphone.drop();
  const brokenAtMs = performance.now();
  expect(new Set(await come())).toEqual(new Set([200]));
  const registeredMs = performance.now() - brokenAtMs;
  // each has a leg of its own again, asked for once: nobody was called on a connection that is gone
  await eventually(
    () => Promise.resolve(softphones.filter(({ invites }) => invites > 0).length),
    (legs) => legs === AGENTS,
    'every softphone has its leg',
    BACK_WITHIN_MS,
  );
  await allReady(BACK_WITHIN_MS);
  const readyMs = performance.now() - brokenAtMs;
  process.stderr.write(
    `${AGENTS} agents back: registered in ${Math.round(registeredMs)} ms, ready in ${Math.round(readyMs)} ms\n`,
  );
  expect(registeredMs).toBeLessThan(BACK_WITHIN_MS);
  expect(readyMs).toBeLessThan(BACK_WITHIN_MS);
  expect(softphones.filter(({ invites }) => invites !== 1)).toEqual([]);
  expect((await counts()).registered).toBe(AGENTS);
});
