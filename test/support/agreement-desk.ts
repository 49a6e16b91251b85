import { writeCollectionPolicy } from '../../src/db/collection-policies';
import type { Database } from '../../src/db/database';
import { collectionPolicy } from '../../src/domain/collection-policy/collection-policy';
import { stateDebt, type StatedDebt } from './agreed-floor';
import { makeFloor, type Floor } from './floor';
import { IDENTIFIED } from './guided-desk';
import type { Api, ApiResponse } from './http-api';
import { dialTo } from './talk';

/** Rp900.000 and Rp100.000 of penalty, 20 days past due. */
export const DEBT: StatedDebt = {
  principalMinor: 90_000_000,
  penaltyMinor: 10_000_000,
  daysPastDue: 20,
};
/** Rp1.000.000 a month is left. */
export const ABILITY = {
  incomeMinor: '500000000',
  fixedCostMinor: '300000000',
  otherDebtsMinor: '100000000',
};

export interface Offered {
  readonly offerId: string;
  readonly kind: string;
  readonly approval: string | null;
  readonly terms: Record<string, unknown>;
}

export interface Made {
  readonly id: string;
  readonly state: string;
  readonly offerId: string;
  readonly terms: { readonly payments: { readonly dueDate: string }[] };
  readonly text: { readonly id: string; readonly en: string };
  readonly textHash: string;
}

/** An agent in a talk with somebody in arrears, and what the two of them agree on. */
export class AgreementDesk {
  agentId = '';
  key = '';
  accountId = '';
  attemptId = '';

  private constructor(
    private readonly api: Api,
    readonly floor: Floor,
    readonly supervisor: string,
  ) {}

  static async open(api: Api, debt: StatedDebt = DEBT): Promise<AgreementDesk> {
    const floor = await makeFloor(api.database.db);
    const desk = new AgreementDesk(api, floor, await api.key('supervisor'));
    await desk.beginTalk(debt);
    return desk;
  }

  private get db(): Database {
    return this.api.database.db;
  }

  /** With another agent and another person. */
  async beginTalk(debt: StatedDebt = DEBT): Promise<void> {
    ({ agentId: this.agentId } = await this.floor.addReadyAgent());
    this.key = await this.api.key('agent', this.agentId);
    [this.accountId = ''] = (await this.floor.addDebtor()).accountIds;
    await stateDebt(this.db, this.accountId, debt);
    this.attemptId = await dialTo(this.db, this.floor, 'connected');
    await this.api.call(this.key, 'POST /v1/me/call/guide/steps', { body: IDENTIFIED });
  }

  ask(body: object = { rootCause: 'illness', ability: ABILITY }): Promise<ApiResponse> {
    return this.api.call(this.key, 'POST /v1/me/call/options', { body });
  }

  async offers(body?: object): Promise<Offered[]> {
    return ((await this.ask(body)).json() as { allowed: Offered[] }).allowed;
  }

  /** The best offer of a kind. */
  async offer(kind: string, body?: object): Promise<Offered> {
    const found = (await this.offers(body)).find((each) => each.kind === kind);
    if (found === undefined) throw new Error(`no ${kind} is offered`);
    return found;
  }

  accept(offerId: string, more: object = {}): Promise<ApiResponse> {
    return this.api.call(this.key, 'POST /v1/me/call/agreements', { body: { offerId, ...more } });
  }

  async agree(kind: string, more: object = {}): Promise<Made> {
    const made = await this.accept((await this.offer(kind)).offerId, more);
    if (made.statusCode !== 201) throw new Error(made.body);
    return made.json() as Made;
  }

  async stateOf(id: string): Promise<unknown> {
    return (await this.api.call(this.supervisor, `GET /v1/agreements/${id}`)).json();
  }

  /** What is owed on the account, minor units. */
  async owed(): Promise<bigint> {
    const sql = 'select amount_due_minor as minor from account where id = $1';
    return (await this.db.query<{ minor: bigint }>(sql, [this.accountId])).rows[0]!.minor;
  }

  /** Kinds of what keeps the account silent now. */
  async holds(): Promise<string[]> {
    const { rows } = await this.db.query<{ kind: string }>(
      `select kind from hold where account_id = $1 and lifted_at is null and to_at > now()
       order by kind`,
      [this.accountId],
    );
    return rows.map(({ kind }) => kind);
  }

  /** In the order of their numbers. */
  async promises(agreementId: string): Promise<string[]> {
    const { rows } = await this.db.query<{ state: string }>(
      'select state from promise where agreement_id = $1 order by number',
      [agreementId],
    );
    return rows.map(({ state }) => state);
  }

  async writePolicy(options: object): Promise<void> {
    const policy = collectionPolicy.parse({ options });
    await this.db.transaction((tx) =>
      writeCollectionPolicy(tx, this.floor.creditorId, policy, 'test'),
    );
  }
}
