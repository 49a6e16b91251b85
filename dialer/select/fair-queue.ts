import type { Share } from '../../src/domain/campaign-document/share';

/** A campaign that would dial, and how it stands beside the others. */
export interface Contender {
  readonly campaignId: string;
  readonly creditorId: string;
  /** The creditor's, beside other creditors: calls in proportion to it. */
  readonly creditorWeight: number;
  readonly share: Share;
}

/** Who was served how much: of the creditors, and of each creditor's campaigns. */
export interface FairQueue {
  readonly creditors: Ledger;
  /** By creditor. */
  readonly campaigns: Readonly<Record<string, Ledger>>;
}

/** Virtual time of start-time fair queueing (Goyal, Vin, Cheng: SIGCOMM 1996, section 2). */
interface Ledger {
  /** The latest start tag of a service that was given. */
  readonly now: number;
  /** The finish tag of each one's last service: later than its start by 1 / weight. */
  readonly finish: Readonly<Record<string, number>>;
}

const EMPTY: Ledger = { now: 0, finish: {} };
export const EMPTY_QUEUE: FairQueue = { creditors: EMPTY, campaigns: {} };

/** Whose turn it is, and at which virtual time it began. */
export interface Service {
  readonly to: Contender;
  readonly creditorStart: number;
  readonly campaignStart: number;
}

/**
 * Who gets the next call, and the queue after it: the creditor that was served least for its weight,
 * however many campaigns it has; of its campaigns of the highest priority the one that was served
 * least for its weight. Priority orders the campaigns of one creditor alone: no document can take
 * another creditor's share, whatever it claims. Who had nobody to call for a while does not make up for it at the cost of the others. The same queue
 * and contenders give the same choice, in whatever order they come. Null: there is no contender.
 * Say afterwards whether a call came of it: {@link given} or {@link takenBack}.
 */
export function serveNext(
  queue: FairQueue,
  contenders: readonly Contender[],
): { readonly service: Service; readonly queue: FairQueue } | null {
  const creditorId = leastServed(
    queue.creditors,
    contenders.map((one) => one.creditorId),
  );
  if (creditorId === null) return null;
  const ofCreditor = contenders.filter((one) => one.creditorId === creditorId);
  const highest = Math.max(...ofCreditor.map(({ share }) => share.priority));
  const own = ofCreditor.filter(({ share }) => share.priority === highest);
  const campaigns = queue.campaigns[creditorId] ?? EMPTY;
  const campaignId = leastServed(
    campaigns,
    own.map((one) => one.campaignId),
  );
  const to = own.find((one) => one.campaignId === campaignId);
  return to === undefined ? null : serve(queue, to);
}

/** The next call is this one's, whoever was served least. Say afterwards what came of it. */
export function serve(
  queue: FairQueue,
  to: Contender,
): { readonly service: Service; readonly queue: FairQueue } {
  const { creditorId, campaignId } = to;
  const creditorStart = startOf(queue.creditors, creditorId);
  const campaignStart = startOf(queue.campaigns[creditorId] ?? EMPTY, campaignId);
  return {
    service: { to, creditorStart, campaignStart },
    queue: change(queue, to, (ledger, id, weight) => {
      const start = id === creditorId ? creditorStart : campaignStart;
      return { ...ledger, finish: { ...ledger.finish, [id]: start + 1 / weight } };
    }),
  };
}

/** A call came of it: virtual time goes on to its start. */
export function given(queue: FairQueue, service: Service): FairQueue {
  const { to, creditorStart, campaignStart } = service;
  return change(queue, to, ({ now, finish }, id) => {
    const start = id === to.creditorId ? creditorStart : campaignStart;
    return { now: Math.max(now, start), finish };
  });
}

/** No call came of it: nothing is charged. */
export function takenBack(queue: FairQueue, { to }: Service): FairQueue {
  return change(queue, to, ({ now, finish }, id, weight) => {
    return { now, finish: { ...finish, [id]: (finish[id] ?? 0) - 1 / weight } };
  });
}

function change(
  { creditors, campaigns }: FairQueue,
  { creditorId, creditorWeight, campaignId, share }: Contender,
  by: (ledger: Ledger, id: string, weight: number) => Ledger,
): FairQueue {
  const own = by(campaigns[creditorId] ?? EMPTY, campaignId, share.weight);
  return {
    creditors: by(creditors, creditorId, creditorWeight),
    campaigns: { ...campaigns, [creditorId]: own },
  };
}

/** The queue without those who contend no more. */
export function forgetOthers(
  { creditors, campaigns }: FairQueue,
  contenders: readonly Contender[],
): FairQueue {
  const ids = new Set(contenders.flatMap((one) => [one.creditorId, one.campaignId]));
  const known = <T>(entries: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(entries).filter(([id]) => ids.has(id)));
  const keep = ({ now, finish }: Ledger): Ledger => ({ now, finish: known(finish) });
  return {
    creditors: keep(creditors),
    campaigns: Object.fromEntries(
      Object.entries(known(campaigns)).map(([id, ledger]) => [id, keep(ledger)]),
    ),
  };
}

const startOf = ({ now, finish }: Ledger, id: string): number => Math.max(now, finish[id] ?? 0);

function leastServed(ledger: Ledger, ids: readonly string[]): string | null {
  let least: string | null = null;
  for (const id of ids) {
    const ahead =
      least === null ? -1 : startOf(ledger, id) - startOf(ledger, least) || (id < least ? -1 : 1);
    if (ahead < 0) least = id;
  }
  return least;
}
