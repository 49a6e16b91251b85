import { settleAccount } from '../../src/db/settle-account';
import { one, type Database } from '../../src/db/database';
import { judgeDuePromises, type PromisesJudged } from '../../workers/judge-promises';
import { makeFloor, type Floor } from './floor';
import { startApi, type Api } from './http-api';
import { talk } from './talk';

const DAY_MS = 86_400_000;

/** A date so many days from now in Jakarta. */
export const inDays = (days: number): string =>
  new Date(Date.now() + days * DAY_MS + 7 * 3_600_000).toISOString().slice(0, 10);
/** The last instant of a date in Jakarta. */
export const endOf = (date: string): Date => new Date(`${date}T16:59:59.999Z`);

export interface SaidChange {
  readonly from: string | null;
  readonly to: string;
  readonly reason: string;
  readonly note: string | null;
  readonly cause: string;
  readonly actor: string;
}

/** One account whose promises are looked at, its agent and a supervisor, on a real API. */
export class PromiseFloor {
  floor!: Floor;
  agentId = '';
  /** API keys. */
  agent = '';
  accountId = '';
  private payments = 0;

  private constructor(
    readonly api: Api,
    readonly supervisor: string,
  ) {}

  static async open(): Promise<PromiseFloor> {
    const api = await startApi();
    return new PromiseFloor(api, await api.key('supervisor'));
  }

  get db(): Database {
    return this.api.database.db;
  }

  /** Another account, of another creditor, with another agent. */
  async begin(): Promise<void> {
    this.floor = await makeFloor(this.db);
    this.agentId = (await this.floor.addReadyAgent()).agentId;
    this.agent = await this.api.key('agent', this.agentId);
    this.accountId = (await this.floor.addDebtor()).accountIds[0]!;
  }

  async query<T extends object>(sql: string, values: unknown[] = []): Promise<T[]> {
    return (await this.db.query<T & Record<string, unknown>>(sql, values)).rows;
  }

  /** Rp10,000, promised in a talk. @returns the promise's id */
  async promised(days = 5, key = this.agent): Promise<string> {
    const attemptId = await talk(this.db, this.floor);
    const response = await this.api.call(key, `POST /v1/attempts/${attemptId}/outcome`, {
      body: {
        ...{ code: 'RPC_PTP', rootCause: 'salary_late' },
        promise: { amountMinor: '1000000', dueDate: inDays(days), method: 'virtual_account' },
      },
    });
    if (response.statusCode !== 201) throw new Error(`not promised: ${response.body}`);
    return (response.json() as { promise: { id: string } }).promise.id;
  }

  settle(cause = 'test', now?: Date): Promise<void> {
    const { accountId } = this;
    const at = now === undefined ? {} : { now };
    return this.db.transaction((tx) =>
      settleAccount(tx, { accountId, cause, actor: 'test', ...at }),
    );
  }

  /** @returns the payment's id */
  async pay(amountMinor: number, paidAt = new Date()): Promise<string> {
    const { id } = one(
      await this.db.query<{ id: string }>(
        `insert into payment (creditor_id, account_id, debtor_id, provider, provider_payment_id,
           amount_minor, currency, paid_at, matched_at)
         select creditor_id, id, debtor_id, 'test', $2, $3, 'IDR', $4, now()
         from account where id = $1 returning id`,
        [this.accountId, `p-${++this.payments}`, amountMinor, paidAt],
      ),
      'payment',
    );
    await this.settle('payment.received');
    return id;
  }

  async takeBack(paymentId: string): Promise<void> {
    await this.db.query('update payment set reversed_at = clock_timestamp() where id = $1', [
      paymentId,
    ]);
    await this.settle('payment.reversed');
  }

  judgeAt(now: Date): Promise<PromisesJudged> {
    const onError = (error: unknown): never => {
      throw error;
    };
    return judgeDuePromises(this.db, { now, onError });
  }

  async state(id: string): Promise<string> {
    const rows = await this.query<{ state: string }>('select state from promise where id = $1', [
      id,
    ]);
    return rows[0]!.state;
  }

  holds(): Promise<{ to: Date; lifted: boolean }[]> {
    return this.query(
      `select to_at as "to", lifted_at is not null as lifted from hold
       where account_id = $1 and kind = 'promise' order by id`,
      [this.accountId],
    );
  }

  async standing(): Promise<Date[]> {
    return (await this.holds()).flatMap(({ to, lifted }) => (lifted ? [] : [to]));
  }

  async events(type: string): Promise<Record<string, unknown>[]> {
    const rows = await this.query<{ payload: Record<string, unknown> }>(
      `select payload from event where type = $1 and payload->>'accountId' = $2 order by xid, id`,
      [type, this.accountId],
    );
    return rows.map(({ payload }) => payload);
  }

  tasks(): Promise<{ assignee: string; isOpen: boolean; result: string | null; dueAt: Date }[]> {
    return this.query(
      `select assignee, done_at is null as "isOpen", result, due_at as "dueAt" from task
       where account_id = $1 and kind = 'promise_broken' order by id`,
      [this.accountId],
    );
  }

  async history(id: string): Promise<{ state: string; changes: SaidChange[] }> {
    const answer = await this.api.call(this.supervisor, `GET /v1/promises/${id}`);
    return answer.json() as { state: string; changes: SaidChange[] };
  }

  /** The account may be called now, for the next talk. */
  async letCall(): Promise<void> {
    await this.db.query(
      `update hold set lifted_at = now(), lifted_by = 'test', lift_reason = 'test'
       where account_id = $1 and lifted_at is null`,
      [this.accountId],
    );
    await this.db.query('update account set next_attempt_at = now() where id = $1', [
      this.accountId,
    ]);
  }

  /** A promise of the past that nobody kept. */
  async breakOne(days: number): Promise<void> {
    const { id } = one(
      await this.db.query<{ id: string }>(
        `insert into promise (creditor_id, account_id, debtor_id, amount_minor, currency, due_date,
           method, grace_until, judge_at, created_at)
         select creditor_id, id, debtor_id, 1000, 'IDR', $2, 'qris', $3, $3,
           $3::timestamptz - interval '5 days' from account where id = $1 returning id`,
        [this.accountId, inDays(days), endOf(inDays(days + 1))],
      ),
      'promise',
    );
    await this.judgeAt(new Date());
    if ((await this.state(id)) !== 'broken') throw new Error('it did not break');
    await this.letCall();
  }
}
