import { Counter } from 'prom-client';
import { queuePreDue } from '../db/pre-due';
import { judgeDuePromises } from '../../workers/judge-promises';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';

const JUDGE_INTERVAL_MS = 10_000;
const PRE_DUE_INTERVAL_MS = 60_000;

/** Promises whose time is over are decided, and coming instalments are told of, although nobody asks. */
export function startPromises({ db, log, registry }: RoleContext): Repeating[] {
  const settled = new Counter({
    name: 'santun_promise_accounts_settled_total',
    help: 'Accounts that were settled because the time of a promise was over',
    registers: [registry],
  });
  const onError = (error: unknown, fields: Record<string, unknown> = {}): void => {
    log.error({ err: error, ...fields }, 'promises whose time is over were not decided');
  };
  const judging = repeat(
    JUDGE_INTERVAL_MS,
    async () => {
      settled.inc((await judgeDuePromises(db, { onError })).accounts);
    },
    onError,
  );
  const telling = repeat(
    PRE_DUE_INTERVAL_MS,
    async () => {
      await queuePreDue(db);
    },
    (error) => {
      log.error({ err: error }, 'instalments that are coming were not told of');
    },
  );
  return [judging, telling];
}
