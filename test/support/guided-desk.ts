import { one as onlyRow, type Database } from '../../src/db/database';
import { makeFloor, type Floor } from './floor';
import type { Api } from './http-api';

/** What a guide shows, as far as tests look at it. */
export interface SeenGuide {
  readonly practice: string | null;
  readonly prompts: { code: string; said: { id: string; en: string } }[];
  readonly isConflict: boolean;
  readonly nudge: { id: string } | null;
  readonly debt: {
    readonly statement: { id: string; en: string };
    readonly checklist: { code: string; isDone: boolean }[];
    readonly lessons: { said: { id: string }; n: number; keptPercent: number }[];
    readonly advice: { lesson: string }[];
    readonly outcomes: { code: string; missing: string[]; isRefused: boolean }[];
  } | null;
}

export const IDENTIFIED = { kind: 'identity_confirmed', by: ['full_name', 'birth_date'] };
export const CAUSE = { kind: 'cause_told', cause: 'salary_late', detail: 'salary' };

/** A floor with one ready agent, one person, and the agent's desk over the API. */
export async function openGuidedDesk(api: Api) {
  const { db } = api.database;
  const floor: Floor = await makeFloor(db);
  const agent = await floor.addReadyAgent();
  const key = await api.key('agent', agent.agentId);
  const person = await floor.addDebtor();
  const step = (body: object, headers = {}) =>
    api.call(key, 'POST /v1/me/call/guide/steps', { body, headers });
  return {
    ...{ floor, agent, key, person, step },
    /** Tells steps one after the other, each of which must be taken. @returns the guide then */
    tell: async (...steps: object[]): Promise<SeenGuide> => {
      let seen: SeenGuide | undefined;
      for (const body of steps) {
        const answer = await step(body);
        if (answer.statusCode !== 200) throw new Error(answer.body);
        seen = answer.json() as SeenGuide;
      }
      if (seen === undefined) throw new Error('no step');
      return seen;
    },
    guide: () => api.call(key, 'GET /v1/me/call/guide'),
    record: (attemptId: string, body: object, by = key) =>
      api.call(by, `POST /v1/attempts/${attemptId}/outcome`, { body }),
    policy: async (conversation: object) => {
      const route = `PUT /v1/creditors/${floor.creditorId}/collection-policy`;
      const put = await api.call(await api.key('manager'), route, { body: { conversation } });
      if (put.statusCode !== 200) throw new Error(put.body);
    },
  };
}
export type GuidedDesk = Awaited<ReturnType<typeof openGuidedDesk>>;

/** The one value of a select without its first word. */
export async function valueOf<T>(db: Database, sql: string, ...values: unknown[]): Promise<T> {
  return onlyRow(await db.query<{ value: T }>(`select (select ${sql}) as value`, values), sql)
    .value;
}
