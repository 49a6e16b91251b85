import { Cleanups } from '../../support/cleanups';
import type { SoftphoneFloor } from './support/softphone-floor';
import { SoftphonePage } from './support/softphone-page';
import { openTalkingFloor } from './support/talking-floor';

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
