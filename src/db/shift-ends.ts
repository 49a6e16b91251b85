import { isBusy } from '../domain/agent-state';
import { SHIFT_OVER } from '../domain/roster';
import { changeAgentState, lockAgentSession, setWantedState } from './agent-sessions';
import type { Database, Transaction } from './database';
import { findRosterRefusal } from './rosters';

const ACTOR = 'sweep';
const BATCH = 200;

/**
 * Pauses agents whose shift is over: a ready one now, a busy one after its call and wrap-up. One that
 * a supervisor lets go on meanwhile, or whose shift was made longer, is not paused after all.
 * @returns how many sessions were changed
 */
export async function endShifts(db: Database): Promise<number> {
  const { rows } = await db.query<{ id: string }>(
    `select s.id from agent_session s
     where s.ended_at is null
       and s.state in ('ready', 'previewing', 'reserved', 'ringing', 'in_call', 'hold', 'wrap_up')
       and exists (select from agent_pool ap join pool p on p.id = ap.pool_id
         where ap.agent_id = s.agent_id and p.requires_roster)
       and case when is_off_roster(s.agent_id) then s.wanted is null
         else s.wanted = 'paused' and s.wanted_reason = $1 end
     limit $2`,
    [SHIFT_OVER, BATCH],
  );
  let changed = 0;
  for (const { id } of rows) if (await db.transaction((tx) => endShift(tx, id))) changed += 1;
  return changed;
}

async function endShift(tx: Transaction, sessionId: string): Promise<boolean> {
  const session = await lockAgentSession(tx, sessionId);
  if (session === null) return false;
  const isOver = (await findRosterRefusal(tx, session.agentId)) !== null;
  if (isOver && session.state === 'ready') {
    await changeAgentState(tx, session, { to: 'paused', cause: SHIFT_OVER, actor: ACTOR });
    return true;
  }
  if (!isBusy(session.state)) return false;
  if (isOver && session.wanted === null) {
    await setWantedState(tx, session, 'paused', SHIFT_OVER);
    return true;
  }
  if (isOver || session.wantedReason !== SHIFT_OVER) return false;
  await setWantedState(tx, session, null, null);
  return true;
}
