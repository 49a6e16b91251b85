import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { parseConfig, type Config } from '../../config/parse-config';
import { createLog } from '../create-log';
import { firstSignal } from '../lifecycle';
import { PROGRAM_ROOT } from '../program-root';
import { startSantun, type Santun } from '../start';
import { planCall } from './answer-model';
import { emptyDemoFolder } from './demo-folder';
import { countCollected } from './count-collected';
import {
  countOpenAttempts,
  countPersonsWithTwoOpenAttempts,
  findFaults,
  renderSummary,
  summarise,
  type CampaignReportFigures,
  type DemoSummary,
} from './demo-summary';
import { applyEvent, emptyFloor } from './floor-state';
import { freePort } from './free-ports';
import { runCampaign } from './run-campaign';
import { Screen, type Output } from './screen';
import { setUpFloor, type Floor } from './set-up-floor';
import { SimulatedAgent } from './simulated-agent';
import { SimulatedBank } from './simulated-bank';
import { SimulatedCarrier } from './simulated-carrier';
import { SimulatedSupervisor } from './simulated-supervisor';
import { Softphone } from './softphone';
import { SceneList } from './talk-scene';

export interface DemoOptions {
  /** Ends after the summary; else the API stays up until Ctrl-C. */
  readonly exit: boolean;
  /** How long the campaign dials, s. */
  readonly seconds: number;
  /** Prints the summary as one JSON object, the last line on stdout; all else goes to stderr. */
  readonly json: boolean;
  readonly agents?: number;
  /** Emptied at the start. */
  readonly folder?: string;
  /** The process's own when unset. */
  readonly stdout?: Output;
  readonly stderr?: Output;
}

const AGENTS = 5;
/** Of the chance in answers and talks: the same people behave alike in every run. */
const SEED = 'santun';
const LEAVE_LIMIT_MS = 20_000;

/**
 * The whole product on this machine against a simulated carrier and simulated agents: imports the
 * example accounts, dials them for a while, prints what came of it.
 * @returns exit code: 0, or 1 when the run broke a promise of the product (it says which).
 * @throws Error that says what to do.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { stdout = process.stdout, stderr = process.stderr } = options;
  const out = options.json ? stderr : stdout;
  const say = (text: string): void => void out.write(`${text}\n`);
  const folder = await emptyDemoFolder(options.folder ?? join(PROGRAM_ROOT, '.data', 'demo'));
  const logFile = join(folder, 'santun.log');
  const log = createLog('info', logFile);
  const asking = new AbortController();
  const asked = firstSignal(log).finally(() => {
    asking.abort();
  });
  const config = await demoConfig(folder, say);

  const credentials = { username: 'santun', password: randomBytes(12).toString('hex') };
  const carrier = await SimulatedCarrier.start({
    credentials,
    plan: (digits, attemptNumber) => planCall({ digits, seed: SEED, attemptNumber }),
  });
  try {
    say('starting Postgres, queue, signalling, API …');
    const santun = await startSantun(config, log);
    try {
      const floor = await setUpFloor({
        httpUrl: santun.httpUrl,
        adminKey: adminKeyOf(santun),
        accountsFile: join(PROGRAM_ROOT, 'examples', 'accounts.csv'),
        campaignFile: join(PROGRAM_ROOT, 'examples', 'demo-campaign.yaml'),
        agentCount: options.agents ?? AGENTS,
        carrier: carrier.address,
        credentials,
      });
      say(`API        ${santun.httpUrl}/docs   admin key ${adminKeyOf(santun)}`);
      say(`accounts   ${floor.importedAccounts} imported; log in ${logFile}`);
      const stage = { santun, floor, carrier, log, out, asked, limit: options.seconds };
      const summary = await perform(stage);
      for (const line of ['', ...renderSummary(summary)]) say(line);
      if (options.json) stdout.write(`${JSON.stringify(summary)}\n`);
      const faults = findFaults(summary);
      for (const fault of faults) stderr.write(`FAULT: ${fault}\n`);
      if (!options.exit && !asking.signal.aborted) {
        say(`\n${santun.httpUrl}/docs stays up until Ctrl-C.`);
        await asked;
      }
      return faults.length === 0 ? 0 : 1;
    } finally {
      await santun.stop();
    }
  } finally {
    await carrier.close();
  }
}

/** The environment of whoever runs it has no part in it: made-up people stay in the demo's folder. */
async function demoConfig(folder: string, say: (text: string) => void): Promise<Config> {
  const wanted = [
    { variable: 'SANTUN_HTTP_PORT', name: 'HTTP', port: 8080, udp: false },
    { variable: 'SANTUN_SIP_PORT', name: 'SIP', port: 5060, udp: true },
    { variable: 'SANTUN_SIP_WS_PORT', name: 'SIP over WebSocket', port: 5062, udp: false },
  ];
  const ports: Record<string, string> = {};
  for (const one of wanted) {
    const port = await freePort(one);
    ports[one.variable] = String(port);
    if (port !== one.port) say(`port ${one.port} is taken: ${one.name} listens on ${port}`);
  }
  // a talk that is still on when the demonstration ends is nobody's
  return parseConfig({ ...ports, SANTUN_DATA_DIR: folder, SANTUN_DRAIN_TIMEOUT_MS: '5000' });
}

interface Stage {
  readonly santun: Santun;
  readonly floor: Floor;
  readonly carrier: SimulatedCarrier;
  readonly log: Logger;
  readonly out: Output;
  readonly asked: Promise<unknown>;
  /** s */
  readonly limit: number;
}

/** Agents come, the campaign runs, agents go. */
async function perform(stage: Stage): Promise<DemoSummary> {
  const { santun, floor, carrier, log } = stage;
  const agents = hireAgents(stage);
  const watching = new AbortController();
  let state = emptyFloor(floor.agents);
  const onTrouble = (what: string): void => {
    log.warn({ what }, 'a simulated person could not do what was asked');
  };
  const { admin, creditorId } = floor;
  const bankPlan = { httpUrl: santun.httpUrl, admin, creditorId, seed: SEED, onTrouble };
  const bank = await SimulatedBank.open(bankPlan);
  const supervisor = new SimulatedSupervisor(floor.supervisor, onTrouble);
  const watched = watch(floor, watching.signal, (event) => {
    state = applyEvent(state, event);
    bank.see(event);
    supervisor.see(event);
  });
  watched.catch((error: unknown) => {
    log.error({ err: error }, 'the live view lost its events');
  });
  let phase = 'agents sign in';
  const startedAtMs = Date.now();
  const screen = new Screen(stage.out, () => ({
    floor: state,
    phase,
    elapsedSeconds: (Date.now() - startedAtMs) / 1_000,
    limitSeconds: stage.limit,
  }));
  for (const agent of agents) agent.start();
  screen.start();
  try {
    const seconds = await runCampaign({
      admin: floor.admin,
      campaignId: floor.campaignId,
      limitSeconds: stage.limit,
      asked: stage.asked,
      floor: () => state,
      onPhase: (now) => (phase = now),
    });
    phase = 'agents write their outcomes and leave';
    await Promise.all(agents.map((agent) => agent.leave(LEAVE_LIMIT_MS)));
    await bank.close();
    await supervisor.close();
    phase = 'done';
    return summarise({
      seconds,
      collected: await countCollected(santun.db),
      report: await floor.admin.get<CampaignReportFigures>(
        `/v1/campaigns/${floor.campaignId}/report`,
      ),
      attemptsOpen: await countOpenAttempts(santun.db),
      personsWithTwoOpenAttempts: await countPersonsWithTwoOpenAttempts(santun.db),
      invites: carrier.invitesSeen(),
    });
  } finally {
    screen.stop();
    watching.abort();
    await Promise.all(agents.map((agent) => agent.leave(0)));
  }
}

function hireAgents({ santun, floor, log }: Stage): SimulatedAgent[] {
  const contact = santun.sipContacts.find((uri) => uri.includes('transport=ws'));
  const [, hostPort] = /^sip:([^;]+)/.exec(contact ?? '') ?? [];
  if (hostPort === undefined) throw new Error('the signalling has no WebSocket');
  const scenes = new SceneList();
  return floor.agents.map(
    ({ name, sipUsername, sipPassword, sipRealm, api }) =>
      new SimulatedAgent({
        name,
        seed: SEED,
        scenes,
        api,
        phone: new Softphone({
          wsUrl: `ws://${hostPort}`,
          username: sipUsername,
          password: sipPassword,
          realm: sipRealm,
        }),
        onTrouble: (what) => {
          log.warn({ agent: sipUsername, what }, 'a simulated agent tries again');
        },
      }),
  );
}

async function watch(
  floor: Floor,
  signal: AbortSignal,
  onEvent: (event: Parameters<typeof applyEvent>[1]) => void,
): Promise<void> {
  for await (const event of floor.admin.events(signal)) onEvent(event);
}

function adminKeyOf({ adminKey }: Santun): string {
  if (adminKey === null) throw new Error('the fresh database had an admin key already');
  return adminKey;
}
