import type { FastifyRequest } from 'fastify';
import { recordAudit, type AuditChange } from '../db/audit';
import type { Transaction } from '../db/database';
import { actorOf } from './authenticate';

/** A change as the rows before and after it; instants become text. */
export interface RowChange extends Pick<
  AuditChange,
  'creditorId' | 'action' | 'subject' | 'subjectId'
> {
  readonly before: object | null;
  readonly after: object | null;
}

/** Keeps what the caller changed, in the transaction that changes it. */
export async function recordChange(
  tx: Transaction,
  request: FastifyRequest,
  change: RowChange,
): Promise<void> {
  await recordAudit(tx, {
    ...change,
    actor: actorOf(request),
    before: plain(change.before),
    after: plain(change.after),
    reason: null,
  });
}

function plain(row: object | null): unknown {
  return JSON.parse(JSON.stringify(row));
}
