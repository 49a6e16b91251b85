import { Cleanups } from '../../support/cleanups';
import { eventually } from '../calls/support/call-floor';
import type { SoftphoneFloor } from './support/softphone-floor';
import { SoftphonePage } from './support/softphone-page';
import { DEBTOR_HERTZ, openTalkingFloor } from './support/talking-floor';

jest.setTimeout(60_000);

const cleanups = new Cleanups();
let floor: SoftphoneFloor;
let softphone: SoftphonePage;
let agent: { agentId: string; key: string };

beforeAll(async () => {
  floor = await openTalkingFloor(cleanups);
  agent = await floor.addAgent();
  softphone = cleanups.add(await SoftphonePage.open(floor.url, 440));
  await softphone.signIn(agent.key);
  await softphone.startShift();
  await softphone.untilState('Ready');
});
afterAll(() => cleanups.run());

const talk = async (): Promise<string> => {
  const attemptId = await floor.calls.dial();
  await softphone.untilState('In a call');
  await floor.calls.untilAttempt(attemptId, 'connected');
  return attemptId;
};

/** The debtor's tone at the agent's ear. */
const heardIn = (where: SoftphonePage): Promise<unknown> =>
  eventually(
    () => where.hears(),
    (hertz) => Math.abs(hertz - DEBTOR_HERTZ) < 30,
    'the tone of the debtor in the page',
  );

test('who double-clicks a button has clicked it once, and tones are as many as the clicks', async () => {
  const { page } = softphone;
  await talk();
  await page.getByRole('button', { name: 'Mute' }).dblclick();
  await page.getByText('Your microphone is off.').waitFor();
  await page.getByRole('button', { name: 'Raise hand' }).dblclick();
  await page.getByRole('group', { name: 'Raise hand' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Keypad' }).dblclick();
  await page.evaluate(
    `tones = 0; document.querySelector('.keypad').addEventListener('click', () => { tones += 1; })`,
  );
  await page.getByRole('button', { name: '5', exact: true }).dblclick();
  expect(await page.evaluate('tones')).toBe(2);
  await page.getByRole('button', { name: 'Hang up' }).dblclick();
  await softphone.untilState('Wrap-up');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
  await page.getByRole('button', { name: '30 s more' }).dblclick();
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('VOICEMAIL');
  await page.getByRole('button', { name: 'Save outcome' }).dblclick();
  await softphone.untilState('Ready');
  expect(
    asked.filter((text) => text.startsWith('POST') && /extend-wrap-up$/.test(text)),
  ).toHaveLength(1);
});

test('a second tab leaves the line to the first, until the agent goes on there', async () => {
  const { page } = softphone;
  const attemptId = await talk();
  await page.getByLabel('Note').fill('di tab pertama');
  const second = await softphone.openTab();
  const { page: other } = second;
  await other.getByLabel('Your key').fill(agent.key);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByRole('heading', { name: 'Your desk is open in another tab' }).waitFor();
  await heardIn(softphone);
  await other.getByRole('button', { name: 'Go on here' }).click();
  await second.untilState('In a call');
  await page.getByRole('heading', { name: 'Your desk is open in another tab' }).waitFor();
  await heardIn(second);
  // the first may be closed, or have it back
  await page.getByRole('button', { name: 'Go on here' }).click();
  await softphone.untilState('In a call');
  expect(await page.getByLabel('Note').inputValue()).toBe('di tab pertama');
  await other.close();
  await heardIn(softphone);
  expect(await floor.calls.attempt(attemptId)).toMatchObject({ state: 'connected' });
  // a load takes what the page had before
  await page.reload();
  await softphone.untilState('In a call');
  await heardIn(softphone);
});

test('a note that is pasted and too long is told to be cut off', async () => {
  const { page } = softphone;
  const note = page.getByLabel('Note');
  await note.fill('x'.repeat(1_990));
  await note.press('End');
  const full = page.getByText('No more fits: what was longer is cut off.');
  expect(await full.count()).toBe(0);
  await page.evaluate(`document.execCommand('insertText', false, 'a longer story')`);
  await full.waitFor();
  expect(await note.inputValue()).toHaveLength(2_000);
  await note.fill('');
  await full.waitFor({ state: 'detached' });
});

test('who closes the page before the outcome is saved is asked first', async () => {
  const { page, questions } = softphone;
  await page.keyboard.press('Alt+X');
  await softphone.untilState('Wrap-up');
  const before = questions.length;
  await page.reload();
  expect(questions.slice(before)).toEqual(['beforeunload']);
  await softphone.untilState('Wrap-up');
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('VOICEMAIL');
  await page.keyboard.press('Alt+S');
  await softphone.untilState('Ready');
  await page.reload();
  expect(questions).toHaveLength(before + 1);
  await softphone.untilState('Ready');
});
