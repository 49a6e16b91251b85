import { one } from '../../../src/db/database';
import { Cleanups } from '../../support/cleanups';
import { CallFloor, eventually } from '../calls/support/call-floor';
import { TrunkPeer } from '../calls/support/trunk-peer';
import { openTarget } from '../conformance/support/conformance-target';
import { RtpPeer } from '../media/support/rtp-peer';
import { Rtpengine } from '../media/support/rtpengine';
import { SoftphoneFloor } from './support/softphone-floor';
import { SoftphonePage } from './support/softphone-page';

jest.setTimeout(60_000);

const AGENT_HERTZ = 440;
const DEBTOR_HERTZ = 1_000;

const cleanups = new Cleanups();
let floor: SoftphoneFloor;
let calls: CallFloor;
let trunk: TrunkPeer;
let debtor: RtpPeer;
let softphone: SoftphonePage;
let agent: { agentId: string; key: string };

beforeAll(async () => {
  const engine = cleanups.add(await Rtpengine.start());
  calls = await CallFloor.open({ wrapUpLimitMs: 60_000 }, () => openTarget(), {
    engines: [engine.address],
    silenceLimitMs: 10_000,
  });
  floor = cleanups.add(await SoftphoneFloor.open(calls));
  debtor = cleanups.add(await RtpPeer.open(DEBTOR_HERTZ));
  trunk = cleanups.add(await TrunkPeer.open('talk'));
  trunk.describe = () => {
    debtor.talkTo(trunk.offers.at(-1)!);
    return debtor.sdp();
  };
  await calls.addTrunk({ port: trunk.port });
  agent = await floor.addAgent();
  softphone = cleanups.add(await SoftphonePage.open(floor.url, AGENT_HERTZ));
});
afterAll(() => cleanups.run());

/** The debtor's tone at the agent's ear. */
const agentHearsDebtor = (): Promise<unknown> =>
  eventually(
    () => softphone.hears(),
    (hertz) => Math.abs(hertz - DEBTOR_HERTZ) < 30,
    'the tone of the debtor in the browser',
  );
/** The agent's tone at the debtor's ear; a browser's own filters bend it a little. */
const debtorHearsAgent = (): Promise<void> => debtor.hearsTone(AGENT_HERTZ, 10_000, 0.5);

/** The agent's own request, from somewhere else than the page. */
const ask = async (path: string, body: object): Promise<void> => {
  const headers = { authorization: `Bearer ${agent.key}`, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  expect((await fetch(`${floor.url}${path}`, init)).status).toBe(200);
};

test('from the key to the recorded promise, with nothing but the address of the page', async () => {
  const { page } = softphone;
  await softphone.signIn(agent.key);
  await page.getByText('The microphone hears you.').waitFor();
  await page.getByText(/Round trip \d+ ms/).waitFor();
  await softphone.startShift();
  await softphone.untilState('Ready');

  const attemptId = await calls.dial();
  await softphone.untilState('In a call');
  // the person, with the number masked; whose number it is by now nobody has made sure
  await page.getByRole('heading', { name: 'Orang 1' }).waitFor();
  await page.getByText(/^\+62 8\*\* \*\*\*\* \d{3}$/).waitFor();
  await page.getByText('The debt is shown once the identity matches.').waitFor();
  await calls.untilAttempt(attemptId, 'connected');
  await Promise.all([agentHearsDebtor(), debtorHearsAgent()]);

  await page.keyboard.press('Alt+M');
  await page.getByText('Your microphone is off.').waitFor();
  await page.keyboard.press('Alt+M');
  await page.keyboard.press('Alt+R');
  await page.keyboard.press('5');
  await page.getByText('Your supervisors are told that you want help.').waitFor();
  const asked = await calls.db.query('select reason, state from help_request');
  expect(asked.rows).toEqual([{ reason: 'advice', state: 'open' }]);
  await page.keyboard.press('Alt+H');
  await softphone.untilState('On hold');
  await page.getByRole('button', { name: 'Resume' }).click();
  await softphone.untilState('In a call');
  await agentHearsDebtor();
  await page.getByText(/loss [\d.]+ % · jitter \d+ ms/).waitFor();

  // L5: the guide asks who it is, and then has the statement and what must be said
  await page.getByLabel('Full name').check();
  await page.getByLabel('Date of birth').check();
  await page.getByRole('button', { name: 'Identity matches' }).click();
  await page.getByText('IDR 150,000').first().waitFor();
  await page.getByRole('button', { name: 'The amount was said' }).click();
  await page.getByRole('button', { name: 'The amount was said', pressed: true }).waitFor();
  await page.getByLabel('The cause, as they tell it').selectOption('salary_late');
  await page.getByLabel('Their hope, in their words').fill('lunas sebelum lebaran');
  // L1: four calm lines while it is tense
  await page.getByRole('button', { name: 'It is getting tense' }).click();
  await page.getByText('Pause. Breathe, speak slower.').waitFor();
  await page.getByRole('button', { name: 'Calm again' }).click();
  await page.getByRole('button', { name: 'Identity matches' }).waitFor({ state: 'hidden' });

  await page.keyboard.press('Alt+X');
  await softphone.untilState('Wrap-up');
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('RPC_PTP');
  await page.keyboard.press('Alt+S');
  await page.getByText('Needed').first().waitFor();
  // as it was told in the guide
  expect(await page.getByRole('combobox', { name: 'Why in arrears' }).inputValue()).toBe(
    'salary_late',
  );
  await page.getByRole('textbox', { name: 'Promised amount' }).fill('100.000');
  const dueDate = await page.getByLabel('Pays by').getAttribute('max');
  await page.getByLabel('Pays by').fill(dueDate ?? '');
  await page.getByRole('combobox', { name: 'Way to pay' }).selectOption('qris');
  await page.keyboard.press('Alt+S');
  await softphone.untilState('Ready');

  const recorded = await calls.db.query(
    `select o.code, o.root_cause as cause, p.amount_minor::text as amount, p.method
     from outcome o join promise p on p.attempt_id = o.attempt_id where o.attempt_id = $1`,
    [attemptId],
  );
  expect(one(recorded, 'outcome')).toEqual({
    ...{ code: 'RPC_PTP', cause: 'salary_late', amount: '10000000', method: 'qris' },
  });
  // its policy lets the page reach this server and its SIP, and the page asks for nothing else
  expect(softphone.complaints.filter((text) => /polic|refused to/i.test(text))).toEqual([]);
  expect(page.url()).toBe(`${floor.url}/softphone/`);
});

test('a page that is loaded anew in mid-call has the call again', async () => {
  const { page } = softphone;
  const attemptId = await calls.dial();
  await softphone.untilState('In a call');
  await calls.untilAttempt(attemptId, 'connected');
  await agentHearsDebtor();
  await page.reload();
  await softphone.untilState('In a call');
  await page.getByRole('heading', { name: 'Orang 2' }).waitFor();
  await Promise.all([agentHearsDebtor(), debtorHearsAgent()]);
  expect(await calls.attempt(attemptId)).toMatchObject({ state: 'connected' });
  // the debtor's phone was never hung up on, and the agent's legs are both in the books
  const legs = await calls.legs(attemptId);
  expect(legs.filter(({ kind }) => kind === 'customer')).toMatchObject([{ endedAt: null }]);
  expect(legs.filter(({ kind }) => kind === 'agent')).toHaveLength(2);
  // a tab that the browser puts to sleep keeps its leg, and knows afterwards what happened
  const browser = await page.context().newCDPSession(page);
  await browser.send('Page.setWebLifecycleState', { state: 'frozen' });
  await debtorHearsAgent();
  trunk.hangUp();
  await calls.untilAttempt(attemptId, 'ended');
  await browser.send('Page.setWebLifecycleState', { state: 'active' });
  await softphone.untilState('Wrap-up');
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('VOICEMAIL');
  await page.keyboard.press('Alt+S');
  await softphone.untilState('Ready');
});

test('pauses with its reason, comes back, and signs out with the line', async () => {
  const { page } = softphone;
  await page.keyboard.press('Alt+2');
  await page.getByRole('button', { name: 'Prayer' }).click();
  await softphone.untilState('Paused');
  const paused = await calls.db.query(
    'select pause_reason as reason from agent_session where agent_id = $1',
    [agent.agentId],
  );
  expect(one(paused, 'session')).toEqual({ reason: 'prayer' });
  await page.getByRole('button', { name: 'Back to work' }).click();
  await softphone.untilState('Ready');
  // what the agent was told stays when the page hears of something else
  await page.keyboard.press('Alt+X');
  const trouble = page.getByText(/^That did not work/);
  await trouble.waitFor();
  await ask('/v1/me/session/pause', { reason: 'lunch' });
  await softphone.untilState('Paused');
  expect(await trouble.isVisible()).toBe(true);
  await page.keyboard.press('Alt+1');
  await softphone.untilState('Ready');
  expect(await trouble.isVisible()).toBe(false);
  const release = await holdNextLook();
  await page.keyboard.press('Alt+Q');
  await page.getByRole('heading', { name: /^Hello/ }).waitFor();
  await eventually(
    async () => (await calls.db.query('select 1 from registration')).rowCount,
    (count) => count === 0,
    'no registration',
  );
  // an answer of before, that was long under way, brings nothing back
  await release();
  expect(await page.locator('.state').count()).toBe(0);
});

/** The next look at the session is answered, and its answer stays under way until it is let go. */
async function holdNextLook(): Promise<() => Promise<void>> {
  const { page } = softphone;
  let isHeld: (letGo: () => Promise<void>) => void;
  const held = new Promise<() => Promise<void>>((resolve) => {
    isHeld = resolve;
  });
  await page.route(
    (url) => url.pathname === '/v1/me/session',
    async (route) => {
      const response = await route.fetch();
      isHeld(() => route.fulfill({ response }));
    },
    { times: 1 },
  );
  await ask('/v1/me/session/pause', { reason: 'lunch' });
  const letGo = await held;
  return async () => {
    const arrived = page.waitForResponse('**/v1/me/session');
    await letGo();
    await (await arrived).finished();
    // the page has its turn with it
    await page.evaluate('new Promise((resolve) => setTimeout(resolve))');
  };
}

test('an agent without a microphone is told so at the desk, too', async () => {
  const { page } = softphone;
  await page.addInitScript(
    `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))`,
  );
  await page.reload();
  const refusal = page.getByText('No microphone. Allow it in the browser, or plug one in.');
  await refusal.waitFor();
  await softphone.startShift();
  await page.getByRole('heading', { name: 'No call' }).waitFor();
  await refusal.waitFor();
});
