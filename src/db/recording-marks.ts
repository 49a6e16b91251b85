import { one, type Queryable } from './database';

/** A place in a talk that its agent marked, at the instant of the database's clock. */
export interface RecordingMark {
  readonly id: string;
  readonly attemptId: string;
  readonly at: Date;
  readonly phrase: string;
}

/** @param mark.attemptId of a talk that goes on */
export async function markRecording(
  db: Queryable,
  mark: { readonly attemptId: string; readonly agentId: string; readonly phrase: string },
): Promise<RecordingMark> {
  return one(
    await db.query<RecordingMark>(
      `insert into recording_mark (attempt_id, creditor_id, agent_id, phrase)
       select id, creditor_id, $2, $3 from attempt where id = $1
       returning id, attempt_id as "attemptId", at, phrase`,
      [mark.attemptId, mark.agentId, mark.phrase],
    ),
    'new mark',
  );
}
