import type { EventType } from './event-type';

/** An event of the outbox, as receivers of webhooks get it: CloudEvents 1.0, structured JSON. */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** The event's place in the outbox: the same at every try, and in the live stream. */
  readonly id: string;
  /** URI reference of the creditor whose event it is. */
  readonly source: string;
  readonly type: `santun.${EventType}`;
  readonly time: string;
  /** Whose events arrive in order; absent: nobody's. */
  readonly subject?: string;
  /** Extension: sorts as text in the order in which things happened. */
  readonly sequence: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
}

export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

export function toCloudEvent(event: {
  readonly xid: bigint;
  readonly id: bigint;
  readonly at: Date;
  readonly type: EventType;
  readonly creditorId: string;
  readonly campaignId: string | null;
  readonly agentId: string | null;
  readonly subject: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}): CloudEvent {
  const { xid, id, at, type, creditorId, campaignId, agentId, subject, payload } = event;
  return {
    specversion: '1.0',
    id: `${xid.toString()}-${id.toString()}`,
    source: `/v1/creditors/${creditorId}`,
    type: `santun.${type}`,
    time: at.toISOString(),
    ...(subject === null ? {} : { subject }),
    sequence: `${xid.toString().padStart(20, '0')}-${id.toString().padStart(19, '0')}`,
    datacontenttype: 'application/json',
    data: { creditorId, campaignId, agentId, ...payload },
  };
}
