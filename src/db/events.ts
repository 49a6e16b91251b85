import type { Transaction } from './database';
import type { EventType } from '../domain/event-type';

export interface NewEvent {
  readonly type: EventType;
  readonly creditorId?: string | null;
  readonly campaignId?: string | null;
  readonly agentId?: string | null;
  /** Ids, states, codes and amounts; never a name or a number of a person. */
  readonly payload: Record<string, unknown>;
}

/** Before the values, or a select that gives them. */
export const INSERT_EVENT = `insert into event (type, creditor_id, campaign_id, agent_id, payload)`;

/**
 * Writes an event with the change it tells of: both are committed, or neither. Readers poll: a
 * NOTIFY in each of these transactions would make every commit of the database wait for the one
 * before (Postgres takes a lock on the whole queue).
 */
export async function appendEvent(tx: Transaction, event: NewEvent): Promise<void> {
  await tx.query(`${INSERT_EVENT} values ($1, $2, $3, $4, $5)`, [
    event.type,
    event.creditorId ?? null,
    event.campaignId ?? null,
    event.agentId ?? null,
    JSON.stringify(event.payload),
  ]);
}
