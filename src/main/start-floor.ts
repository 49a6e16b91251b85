import { floorTurn } from '../../workers/tend-floor';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';

const INTERVAL_MS = 1_000;

/** What time asks for on the collections floor, although nobody else does. */
export function startFloor({ db, log }: RoleContext): Repeating {
  const onError = (error: unknown, part = 'floor'): void => {
    log.error({ err: error, part }, 'the floor could not be tended');
  };
  const turn = floorTurn({ db, onError });
  return repeat(
    INTERVAL_MS,
    async () => {
      const report = await turn();
      if (Object.values(report).some((count) => count > 0)) log.info(report, 'tended the floor');
    },
    onError,
  );
}
