import type { Database } from '../../src/db/database';
import { makeFloor, type Floor } from './floor';
import { startApi, type Api, type ApiResponse } from './http-api';
import { dialTo } from './talk';

export interface Person {
  readonly debtorId: string;
  readonly accountId: string;
  readonly e164: string;
  readonly phoneId: string;
}

/** An API with keys, and a floor with one person on it: what tests of facts start from. */
export class FactsApi {
  floor!: Floor;
  person!: Person;

  private constructor(
    readonly api: Api,
    readonly supervisor: string,
    readonly manager: string,
  ) {}

  static async start(): Promise<FactsApi> {
    const api = await startApi();
    return new FactsApi(api, await api.key('supervisor'), await api.key('manager'));
  }

  get db(): Database {
    return this.api.database.db;
  }

  /** Another floor, another person. */
  async renew(): Promise<void> {
    this.floor = await makeFloor(this.db);
    this.person = await this.makePerson();
  }

  async makePerson(): Promise<Person> {
    const { debtorId, accountIds } = await this.floor.addDebtor();
    const phone = await this.one('select id, e164 from phone where debtor_id = $1', [debtorId]);
    const { id, e164 } = phone as { id: string; e164: string };
    return { debtorId, accountId: accountIds[0] ?? '', e164, phoneId: id };
  }

  async one(sql: string, values: unknown[] = []): Promise<Record<string, unknown>> {
    const { rows } = await this.db.query<Record<string, unknown>>(sql, values);
    if (rows[0] === undefined) throw new Error('no row');
    return rows[0];
  }

  /** Tasks about something, oldest first. */
  async tasksOf(subjectId: string): Promise<{ kind: string; assignee: string; done: boolean }[]> {
    const { rows } = await this.db.query<{ kind: string; assignee: string; done: boolean }>(
      `select kind, assignee, done_at is not null as done from task where subject_id = $1 order by id`,
      [subjectId],
    );
    return rows;
  }

  async dueNow(accountId: string): Promise<void> {
    await this.db.query('update account set next_attempt_at = now() where id = $1', [accountId]);
  }

  post(
    path: string,
    body: unknown,
    key = this.supervisor,
    headers: Record<string, string> = {},
  ): Promise<ApiResponse> {
    return this.api.call(key, `POST /v1/${path}`, { body, headers });
  }

  get(path: string, key = this.supervisor): Promise<ApiResponse> {
    return this.api.call(key, `GET /v1/${path}`);
  }

  /** An agent in a talk with the person who is next. */
  async agentInTalk(): Promise<{ key: string; attemptId: string }> {
    const { agentId } = await this.floor.addReadyAgent();
    const attemptId = await dialTo(this.db, this.floor, 'connected');
    return { key: await this.api.key('agent', agentId), attemptId };
  }
}
