import { runAutomaticRules } from '../../dialer/automatic-rules';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';

const RULES_INTERVAL_MS = 5_000;

/** What campaigns do by themselves when a figure says so. */
export function startAutomaticRules({ db, log }: Pick<RoleContext, 'db' | 'log'>): Repeating {
  const onError = (error: unknown, context: Record<string, unknown>): void => {
    log.error({ err: error, ...context }, 'the rules of a campaign could not be looked at');
  };
  return repeat(
    RULES_INTERVAL_MS,
    async () => {
      const report = await runAutomaticRules({ db, onError });
      if (report.fired > 0) log.info(report, 'automatic rules fired');
    },
    (error) => {
      onError(error, {});
    },
  );
}
