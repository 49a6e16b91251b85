import { one } from '../../../src/db/database';
import { Cleanups } from '../../support/cleanups';
import { CallFloor, eventually } from '../calls/support/call-floor';
import { TrunkPeer } from '../calls/support/trunk-peer';
import { openTarget } from '../conformance/support/conformance-target';
import { RtpPeer } from '../media/support/rtp-peer';
import { Rtpengine } from '../media/support/rtpengine';
import { GuidedTalk } from './support/guided-talk';
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
let guided: GuidedTalk;
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
  guided = new GuidedTalk(calls, softphone);
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
const ask = async (path: string, body: object, key = agent.key): Promise<void> => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
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
  await page.getByText('Rp150,000').first().waitFor();
  await page.getByRole('button', { name: 'The amount was said' }).click();
  await page.getByRole('button', { name: 'The amount was said', pressed: true }).waitFor();
  await page.getByLabel('The cause, as they tell it').selectOption('salary_late');
  await page.getByLabel('Their hope, in their words').fill('lunas sebelum lebaran');
  // L1: four calm lines while it is tense
  await page.getByRole('button', { name: 'It is getting tense' }).click();
  await page.getByText('Pause. Breathe, speak slower.').waitFor();
  // c8: nor has an agent to bear everything: the warning is in given words
  await page.getByText('They are abusive').click();
  await page.getByRole('button', { name: 'Warn them' }).click();
  await page.getByText('I am sorry, I would like to help. Please keep your words civil.').waitFor();
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
  expect(softphone.questions).toEqual(['beforeunload']);
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

test('L3: a tense call is reflected on from the page, and nothing of it is lost by a load', async () => {
  const { page } = softphone;
  await page.getByRole('heading', { name: /^Reflection on the tense call of / }).waitFor();
  await page.getByLabel('What happened').fill('Marah soal denda');
  await page.getByLabel('What set it off').selectOption('fees');
  await page.reload();
  await softphone.untilState('Ready');
  expect(await page.getByLabel('What happened').inputValue()).toBe('Marah soal denda');
  await page.getByRole('button', { name: 'Save the reflection' }).click();
  await page.getByText('Needed').first().waitFor();
  await page.getByLabel('What calmed it, or would have').fill('Mendengarkan');
  await page.getByLabel('So that it does not come again').fill('Jelaskan denda lebih dulu');
  await page.getByRole('button', { name: 'Save the reflection' }).click();
  await page.getByRole('heading', { name: /^Reflection/ }).waitFor({ state: 'detached' });
  const written = await calls.db.query(
    `select trigger, prevention_owner as owner from reflection where written_by = $1`,
    [`agent:${agent.agentId}`],
  );
  expect(one(written, 'reflection')).toEqual({ trigger: 'fees', owner: `agent:${agent.agentId}` });
});

test('K17, K8: a required guide leads to a plan; a refused save and a load lose nothing', async () => {
  const { page } = softphone;
  await guided.requireGuide();
  const { attemptId } = await guided.talkToOptions('illness');
  await page.keyboard.press('Alt+O');
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('RPC_PLAN');
  await page.getByText('Needed before it can be saved').waitFor();
  await page
    .getByRole('radio', { name: /Payment plan/ })
    .first()
    .check();
  await page.getByText(/^3 monthly instalments: Rp333,334 from /).waitFor();
  await page.getByText('Takes 34 % of what is left of a month').waitFor();
  // L4: in the customer's words, and a time at which nobody calls any more
  await page.keyboard.press('Alt+W');
  await page.keyboard.type('bisa lunas');
  await page.getByText('Times to call').first().click();
  await page.getByRole('combobox', { name: 'Times to call' }).selectOption('refused');
  await page.getByLabel('From', { exact: true }).fill('12:00');
  await page.getByLabel('To', { exact: true }).fill('13:00');
  await page.getByRole('button', { name: 'Keep this time' }).click();
  await page.getByText('Never call then: Mon, Tue, Wed, Thu, Fri, 12:00–13:00').waitFor();
  await page.keyboard.press('Alt+X');
  await softphone.untilState('Wrap-up');
  await page.keyboard.press('Alt+S');
  await page.getByText(/^Not saved yet: the marked steps are missing/).waitFor();

  await page.reload();
  await softphone.untilState('Wrap-up');
  // what may be offered is asked for again by itself
  const plan = page.getByRole('radio', { name: /Payment plan/ }).first();
  await plan.waitFor();
  expect(await plan.isChecked()).toBe(true);
  expect(await page.getByLabel('Income a month').inputValue()).toBe('5000000');
  expect(await page.getByRole('combobox', { name: 'Outcome' }).inputValue()).toBe('RPC_PLAN');
  await page.keyboard.press('Alt+G');
  expect(await guided.focused()).toBe('The amount was said');
  await guided.tickAll();
  await page.keyboard.press('Alt+G');
  await guided.acceptOverBrokenLine();
  await page.getByText(/^Payment plan with /).waitFor();
  await page.keyboard.press('Alt+G');
  expect(await guided.focused()).toBe('recap');
  await page.keyboard.press('Enter');
  await page.getByText('Needed before it can be saved').waitFor({ state: 'detached' });
  await page.keyboard.press('Alt+S');
  await softphone.untilState('Ready');
  expect(await guided.agreedIn(attemptId)).toEqual({
    ...{ code: 'RPC_PLAN', missing: [], kind: 'plan', state: 'active', word: null },
  });
  const wishes = await calls.db.query(
    'select kind from contact_preference where source_attempt_id = $1',
    [attemptId],
  );
  expect(one(wishes, 'wish')).toEqual({ kind: 'refused' });
});

test('K10, K11: a settlement waits on the page for a second person, who says no and then yes', async () => {
  const { page } = softphone;
  const { attemptId } = await guided.talkToOptions('over_indebted');
  const supervisor = await floor.addKey('supervisor');
  const refused = await guided.askForSettlement();
  await ask(`/v1/approvals/${refused}/reject`, { reason: 'Too early.' }, supervisor);
  await page.getByText(/^Not approved: “Too early.” Offer another option/).waitFor();
  // something else is proposed, and the same may be asked for again
  await page
    .getByRole('radio', { name: /Settle.*not approved just now; may be asked/s, checked: false })
    .waitFor();
  await ask(`/v1/approvals/${await guided.askForSettlement()}/approve`, {}, supervisor);
  await page.getByText('Approved.').waitFor();
  await page.getByText(/^Settlement with /).waitFor();
  // the paper of it, in a tab of its own
  expect(await softphone.tabOf('Open as PDF')).toMatch(/^blob:/);
  // what the agent should not have said is told to the agent, and to nobody's ears
  const chunk = { seq: 0, speaker: 'agent', startMs: 0, endMs: 900, text: 'nanti saya viralkan' };
  const transcriber = await floor.addKey('transcriber');
  await ask(`/v1/attempts/${attemptId}/transcript`, { chunks: [chunk] }, transcriber);
  const heard = page.getByText(/^Heard: “viral” \(Threatening to publish\)/);
  await heard.waitFor();
  await page.getByRole('button', { name: 'All right' }).click();
  await heard.waitFor({ state: 'detached' });
  expect(await page.getByRole('combobox', { name: 'Outcome' }).inputValue()).toBe('RPC_SETTLE');
  await guided.tickAll();
  await page.keyboard.press('Alt+G');
  expect(await guided.focused()).toBe('recap');
  await page.keyboard.press('Enter');
  await page.getByText('Needed before it can be saved').waitFor({ state: 'detached' });
  await page.keyboard.press('Alt+X');
  await softphone.untilState('Wrap-up');
  await page.keyboard.press('Alt+S');
  await softphone.untilState('Ready');
  expect(await guided.agreedIn(attemptId)).toEqual({
    ...{ code: 'RPC_SETTLE', missing: [], kind: 'settlement', state: 'active', word: 'approved' },
  });
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
  const release = await softphone.holdNextLook(() =>
    ask('/v1/me/session/pause', { reason: 'lunch' }),
  );
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
