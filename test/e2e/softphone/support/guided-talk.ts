import { writeCollectionPolicy } from '../../../../src/db/collection-policies';
import { one } from '../../../../src/db/database';
import { collectionPolicy } from '../../../../src/domain/collection-policy/collection-policy';
import { stateDebt } from '../../../support/agreed-floor';
import { DEBT } from '../../../support/agreement-desk';
import type { CallFloor } from '../../calls/support/call-floor';
import type { SoftphonePage } from './softphone-page';

/** What an agent does in a guided talk, with the keys of the page. */
export class GuidedTalk {
  constructor(
    private readonly calls: CallFloor,
    private readonly softphone: SoftphonePage,
  ) {}

  /** And an agent gives up nothing of the penalty alone. */
  async requireGuide(): Promise<void> {
    const half = { penaltyPercent: 50 };
    const matrix = [{ buckets: ['11-30'], supervisor: half, manager: half }];
    const policy = collectionPolicy.parse({
      conversation: { guide: 'required' },
      options: { settlement: { matrix } },
    });
    const { db, floor } = this.calls;
    await db.transaction((tx) => writeCollectionPolicy(tx, floor.creditorId, policy, 'test'));
  }

  /** Up to the ranked options, with somebody 20 days past due. */
  async talkToOptions(cause: string): Promise<{ attemptId: string; accountId: string }> {
    const { page } = this.softphone;
    const attemptId = await this.calls.dial();
    const { accountId } = one(
      await this.calls.db.query<{ accountId: string }>(
        'select account_id as "accountId" from attempt where id = $1',
        [attemptId],
      ),
      'attempt',
    );
    await stateDebt(this.calls.db, accountId, DEBT);
    await this.softphone.untilState('In a call');
    await this.calls.untilAttempt(attemptId, 'connected');
    // by keys alone: full name, date of birth, and the button behind the other two proofs
    await page.getByLabel('Full name').waitFor();
    await page.keyboard.press('Alt+P');
    for (const key of ['Space', 'Tab', 'Space', 'Tab', 'Tab', 'Tab', 'Enter'])
      await page.keyboard.press(key);
    await page.getByLabel('The cause, as they tell it').selectOption(cause);
    await page.keyboard.press('Alt+P');
    await page.keyboard.type('5000000');
    await page.keyboard.press('Tab');
    await page.keyboard.type('3.000.000');
    await page.keyboard.press('Tab');
    await page.keyboard.type('1000000');
    await page.keyboard.press('Enter');
    await page.getByRole('radio').first().waitFor();
    return { attemptId, accountId };
  }

  /** They accept what takes a supervisor's word. @returns the approval that is asked for */
  async askForSettlement(): Promise<string> {
    const { page } = this.softphone;
    await page.getByRole('radio', { name: /Settle with a discount.*Needs a supervisor/s }).check();
    await page.getByRole('button', { name: 'They accept: ask for approval' }).click();
    await page.getByText('A supervisor is asked. Stay with the customer.').waitFor();
    await page.getByText(/^[1-5]?\d s left$/).waitFor();
    const asked = await this.calls.db.query<{ id: string }>(
      `select id from agreement_approval where state = 'asked'`,
    );
    return one(asked, 'approval').id;
  }

  /** They accept while the network is away: the agent is told, and it is done again. */
  async acceptOverBrokenLine(): Promise<void> {
    const { page } = this.softphone;
    const accept = page.getByRole('button', { name: 'They accept', exact: true });
    await page.context().setOffline(true);
    await accept.press('Enter');
    await page.getByText(/your last step may not be recorded/).waitFor();
    await page.context().setOffline(false);
    await accept.press('Enter');
  }

  /** All that must be said, one button after the other. */
  async tickAll(): Promise<void> {
    const { page } = this.softphone;
    await page.locator('.ticks button').first().focus();
    for (const said of ['The amount', 'The due date', 'All allowed options', 'Next steps']) {
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: new RegExp(`^${said}`), pressed: true }).waitFor();
      await page.keyboard.press('Tab');
    }
  }

  /** Id or text of what has the focus. */
  focused(): Promise<string> {
    return this.softphone.page.evaluate<string>(
      'document.activeElement.id || document.activeElement.textContent.trim()',
    );
  }

  /** The outcome of a talk, with the agreement that was made in it. */
  async agreedIn(attemptId: string): Promise<unknown> {
    return one(
      await this.calls.db.query(
        `select o.code, o.missing, a.kind, a.state, p.state as word from outcome o
         join agreement a on a.attempt_id = o.attempt_id
         left join agreement_approval p on p.agreement_id = a.id
         where o.attempt_id = $1 and a.state <> 'cancelled'`,
        [attemptId],
      ),
      'outcome with its agreement',
    );
  }
}
