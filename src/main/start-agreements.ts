import { tendAgreements } from '../../workers/tend-agreements';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';

/** Somebody on the line waits for a second person's word. */
const TEND_INTERVAL_MS = 1_000;

/** Approvals that are late and agreements that time decides, although nobody asks. */
export function startAgreements({ db, log }: RoleContext): Repeating {
  const onError = (error: unknown, fields: Record<string, unknown> = {}): void => {
    log.error({ err: error, ...fields }, 'an agreement could not be tended');
  };
  return repeat(
    TEND_INTERVAL_MS,
    async () => {
      const report = await tendAgreements(db, onError);
      if (report.tended > 0) log.info(report, 'tended agreements');
    },
    onError,
  );
}
