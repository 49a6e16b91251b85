import { seeBookDay, type BookDayReport } from '../src/db/book-days';
import type { Database } from '../src/db/database';
import { booksDateAt } from '../src/domain/books-date';
import { learnKeepingDay, type KeepingReport } from './learn-keeping';
import { scoreRiskDay, type RiskReport } from './score-risk';

export interface FiguresReport {
  readonly book: BookDayReport;
  readonly risk: RiskReport;
  readonly keeping: KeepingReport;
}

/** What is looked at once a day, in small turns; a day that is done costs one question. */
export async function seeFigures(deps: {
  readonly db: Database;
  readonly now: () => Date;
}): Promise<FiguresReport> {
  const today = (): string => booksDateAt(deps.now());
  const book = await seeBookDay(deps.db, today);
  const risk = await scoreRiskDay(deps.db, today);
  return { book, risk, keeping: await learnKeepingDay(deps.db, today) };
}
