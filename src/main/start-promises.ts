import { Counter } from 'prom-client';
import { judgeDuePromises } from '../../workers/judge-promises';
import { tellEachComingDue } from '../../workers/tell-coming-due';
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
  const notTold = (error: unknown, fields: object = {}): void => {
    log.error({ err: error, ...fields }, 'an instalment that is coming was not told of');
  };
  const telling = repeat(PRE_DUE_INTERVAL_MS, () => tellEachComingDue(db, notTold), notTold);
  return [judging, telling];
}
