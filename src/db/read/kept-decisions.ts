import { firstIdAt } from '../new-id';
import type { Queryable } from '../database';

/** A decision's two texts, as the gate wrote them. */
export interface KeptDecisionRow {
  readonly id: string;
  readonly record: string;
  readonly facts: string;
}

export async function readKeptDecision(db: Queryable, id: string): Promise<KeptDecisionRow | null> {
  const { rows } = await db.query<KeptDecisionRow>(
    'select id, record, facts from decision where id = $1',
    [id],
  );
  return rows[0] ?? null;
}

const PAGE = 200;
/** An id is drawn after its instant, and carries the drawing process's clock. */
const ID_CLOCK_MARGIN_MS = 60_000;

/**
 * Decisions of `[from, to)`, oldest first, page by page: however many there are, few are in memory.
 * @param creditorId null: of all creditors
 */
export async function* streamKeptDecisions(
  db: Queryable,
  range: { readonly from: Date; readonly to: Date; readonly creditorId: string | null },
): AsyncGenerator<KeptDecisionRow> {
  // the ids grow with time: the primary key finds the range
  let after = firstIdAt(new Date(range.from.getTime() - ID_CLOCK_MARGIN_MS));
  const end = firstIdAt(new Date(range.to.getTime() + ID_CLOCK_MARGIN_MS));
  for (;;) {
    const { rows } = await db.query<KeptDecisionRow>(
      `select id, record, facts from decision
       where id > $1 and id < $2 and at >= $3 and at < $4 and ($5::uuid is null or creditor_id = $5)
       order by id limit ${PAGE}`,
      [after, end, range.from, range.to, range.creditorId],
    );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}
