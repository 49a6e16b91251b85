import { DateTime } from 'luxon';
import { one } from '../../../src/db/database';
import { Cleanups } from '../../support/cleanups';
import type { CallFloor } from '../calls/support/call-floor';
import type { SoftphoneFloor } from './support/softphone-floor';
import { SoftphonePage } from './support/softphone-page';
import { openTalkingFloor } from './support/talking-floor';

jest.setTimeout(60_000);

const cleanups = new Cleanups();
let floor: SoftphoneFloor;
let calls: CallFloor;

beforeAll(async () => {
  floor = await openTalkingFloor(cleanups);
  calls = floor.calls;
});
afterAll(() => cleanups.run());

/** Somebody in Makassar, who answers. @returns the attempt */
async function talkToMakassar(softphone: SoftphonePage): Promise<string> {
  const attemptId = await calls.dial();
  await calls.db.query(
    `update debtor set province = 'ID-SN' where id = (select debtor_id from attempt where id = $1)`,
    [attemptId],
  );
  await calls.db.query(
    `update account set due_date = '2026-10-31', updated_at = '2026-11-21T16:30:00Z'
     where id = (select account_id from attempt where id = $1)`,
    [attemptId],
  );
  const { page } = softphone;
  await softphone.untilState('In a call');
  await page.getByLabel('Full name').check();
  await page.getByRole('button', { name: 'Identity matches' }).click();
  await page.getByText('Rp150,000').first().waitFor();
  return attemptId;
}

// the first is ahead of the debtor's day, the second behind it; each of the instants is another day for one of them
describe.each(['Pacific/Kiritimati', 'America/Los_Angeles'])('an agent in %s', (zone) => {
  let softphone: SoftphonePage;
  let attemptId: string;
  beforeAll(async () => {
    const agent = await floor.addAgent();
    softphone = await SoftphonePage.open(floor.url, 440, undefined, zone);
    await softphone.signIn(agent.key);
    await softphone.startShift();
    await softphone.untilState('Ready');
    attemptId = await talkToMakassar(softphone);
  });
  afterAll(async () => {
    // the next call is the next agent's
    await softphone.page.keyboard.press('Alt+Q');
    await softphone.page.getByRole('heading', { name: /^Hello/ }).waitFor();
    await softphone.close();
  });

  test('has the debtor’s days and hours on the page, by name', async () => {
    const { page } = softphone;
    expect(await page.evaluate('Intl.DateTimeFormat().resolvedOptions().timeZone')).toBe(zone);
    await page.getByText('31 Oct 2026').waitFor();
    await page.getByText('Data of 22 Nov, 00:30 WITA').waitFor();
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('RPC_PTP');
    const days = page.getByLabel('Pays by');
    for (const [now, there, today] of [
      ['2026-11-22T15:30:00Z', '23:30', '2026-11-22'],
      ['2026-11-22T16:30:00Z', '00:30', '2026-11-23'],
    ] as const) {
      await page.clock.setFixedTime(now);
      await page.getByText(`Where they are it is ${there} WITA`).waitFor();
      expect(await days.getAttribute('min')).toBe(today);
      const last = DateTime.fromISO(today).plus({ days: 7 });
      expect(await days.getAttribute('max')).toBe(last.toISODate());
      await page.getByText(`A day from today to ${last.toFormat('d MMM yyyy')}`).waitFor();
    }
    await page.clock.setFixedTime(new Date());
  });

  test('calls back at the time that was agreed on the debtor’s clock', async () => {
    const { page } = softphone;
    await page.keyboard.press('Alt+X');
    await softphone.untilState('Wrap-up');
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('RPC_CALLBACK');
    const at = DateTime.now().setZone('Asia/Makassar').plus({ days: 2 });
    const wall = at.set({ hour: 10, minute: 15 }).startOf('minute');
    const cause = page.getByRole('combobox', { name: 'Why in arrears' });
    if (await cause.isVisible()) await cause.selectOption('salary_late');
    await page
      .getByLabel('Call back at, their time (WITA)')
      .fill(wall.toFormat("yyyy-MM-dd'T'HH:mm"));
    await page.keyboard.press('Alt+S');
    await softphone.untilState('Ready');
    const kept = await calls.db.query<{ at: Date }>(
      'select callback_at as at from outcome where attempt_id = $1',
      [attemptId],
    );
    expect(one(kept, 'outcome').at).toEqual(wall.toJSDate());
  });
});
