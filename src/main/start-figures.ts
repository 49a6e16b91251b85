import { Gauge } from 'prom-client';
import { seeFigures } from '../../workers/see-figures';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';

const INTERVAL_MS = 60_000;

/** Sees the book, scores its people and learns what is kept once a day, from midnight of the books on. */
export function startFigures({ db, log, registry }: RoleContext): Repeating {
  const seen = new Gauge({
    name: 'santun_book_day_seen',
    help: '1: every account was looked at today; 0 for long: cure and roll rates will lack the day',
    registers: [registry],
  });
  const scored = new Gauge({
    name: 'santun_risk_day_scored',
    help: '1: everybody who owes something was scored today',
    registers: [registry],
  });
  const learned = new Gauge({
    name: 'santun_keeping_day_learned',
    help: '1: what people keep of agreements was learned today; 0 for long: chances of older days are told',
    registers: [registry],
  });
  return repeat(
    INTERVAL_MS,
    async () => {
      const { book, risk, keeping } = await seeFigures({ db, now: () => new Date() });
      seen.set(book.finished ? 1 : 0);
      scored.set(risk.finished ? 1 : 0);
      learned.set(keeping.finished ? 1 : 0);
      if (book.looked > 0) log.info(book, 'looked at the book of the day');
      if (risk.looked + risk.forgotten > 0) log.info(risk, 'scored the people of the day');
    },
    (error) => {
      log.error({ err: error }, 'the figures of the day could not be seen');
    },
  );
}
