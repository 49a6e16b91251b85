import { one } from '../../../../src/db/database';
import { eventually, type CallFloor } from './call-floor';

export interface InboundRow {
  readonly id: string;
  readonly state: string;
  readonly cause: string | null;
  readonly caller: string | null;
  readonly matches: number;
  readonly debtorId: string | null;
  readonly attemptId: string | null;
}
/** The call that came in last, in this state. */
export const lastInboundCall = async (floor: CallFloor, state?: string): Promise<InboundRow> =>
  eventually(
    async () =>
      one(
        await floor.db.query<InboundRow>(
          `select id, state, cause, caller, matches, debtor_id as "debtorId",
             attempt_id as "attemptId" from inbound_call order by id desc limit 1`,
        ),
        'call',
      ),
    (row) => state === undefined || row.state === state,
    `call ${state ?? ''}`,
  );
