import { createHash } from 'node:crypto';
import { nextDeliveryTry } from '../domain/delivery-retry';
import type { FieldProblem } from '../domain/field-problem';
import { parseNoticeBody, type ParsedNotice } from '../domain/payment-notice';
import { TransitionError } from '../domain/transition-error';
import { one, type Database, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';
import { recordPayment, reversePayment, type PaymentOrigin } from './payments';
import { addTask, closeTask } from './tasks';

/**
 * - `received`: kept; what it tells is done in a moment.
 * - `refused`: nobody can understand it.
 * - `failed`: it was tried again and again; somebody has to look, and have it tried once more.
 */
export const DELIVERY_STATES = ['received', 'processed', 'refused', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What a source has sent. */
export interface PaymentDelivery {
  readonly id: string;
  readonly creditorId: string;
  readonly sourceId: string;
  readonly state: DeliveryState;
  readonly problems: readonly FieldProblem[] | null;
  readonly paymentId: string | null;
  /** How often the same bytes came. */
  readonly times: number;
  /** Tries that came to nothing. */
  readonly failures: number;
  /** The kind of fault of the last one. */
  readonly failure: string | null;
  readonly receivedAt: Date;
  readonly processedAt: Date | null;
}

const COLUMNS = `id, creditor_id as "creditorId", source_id as "sourceId", state, problems,
  payment_id as "paymentId", times, failures, failure, received_at as "receivedAt", processed_at as "processedAt"`;

/** Keeps the bytes of a signed delivery before anybody looks at them. @returns its id */
export async function keepDelivery(
  db: Queryable,
  source: { readonly id: string; readonly creditorId: string },
  body: Buffer,
): Promise<string> {
  const kept = await db.query<{ id: string }>(
    `insert into payment_delivery (source_id, creditor_id, body, body_sha256)
     values ($1, $2, $3, $4)
     on conflict (source_id, body_sha256) do update set times = payment_delivery.times + 1
     returning id`,
    [source.id, source.creditorId, body, createHash('sha256').update(body).digest()],
  );
  return one(kept, 'new delivery').id;
}

/** Does what a delivery tells, once. @returns what has become of it */
export function processDelivery(db: Database, id: string): Promise<DeliveryState> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<Waiting>(
      `select d.state, d.body, d.creditor_id as "creditorId", s.provider, d.received_at as "receivedAt"
       from payment_delivery d join payment_source s on s.id = d.source_id
       where d.id = $1 for no key update of d`,
      [id],
    );
    const delivery = rows[0];
    if (delivery === undefined) throw new Error(`delivery ${id} is gone`);
    if (delivery.state !== 'received') return delivery.state;
    const parsed = parseNoticeBody(delivery.body, delivery.receivedAt);
    const told = await doWhatIsTold(tx, delivery, parsed, `payment-delivery:${id}`);
    return endDelivery(tx, id, delivery, told);
  });
}

interface Waiting {
  readonly state: DeliveryState;
  readonly body: Buffer;
  readonly creditorId: string;
  readonly provider: string;
  readonly receivedAt: Date;
}

type Told = { readonly paymentId: string | null } | { readonly problems: readonly FieldProblem[] };

async function doWhatIsTold(
  tx: Transaction,
  { creditorId, provider }: Waiting,
  parsed: ParsedNotice,
  actor: string,
): Promise<Told> {
  if ('problems' in parsed) return parsed;
  const origin: PaymentOrigin = { creditorId, provider, actor };
  const { notice } = parsed;
  const write =
    notice.type === 'payment.received'
      ? await recordPayment(tx, origin, notice)
      : await reversePayment(tx, origin, notice);
  return write.kind === 'refused' ? { problems: [write.problem] } : { paymentId: write.fact.id };
}

async function endDelivery(
  tx: Transaction,
  id: string,
  { creditorId, provider }: Waiting,
  told: Told,
): Promise<DeliveryState> {
  const problems = 'problems' in told ? told.problems : null;
  const state = problems === null ? 'processed' : 'refused';
  await tx.query(
    `update payment_delivery set state = $2, problems = $3, payment_id = $4,
       processed_at = clock_timestamp() where id = $1`,
    [
      id,
      state,
      problems === null ? null : JSON.stringify(problems),
      'paymentId' in told ? told.paymentId : null,
    ],
  );
  await closeTask(tx, { kind: 'payment_failed', subjectId: id, actor: 'payments', result: state });
  if (problems !== null) {
    const fields = problems.map(({ field, reason }) => ({ field, reason }));
    const payload = { deliveryId: id, provider, problems: fields };
    await appendEvent(tx, { type: 'payment.delivery_refused', creditorId, payload });
  }
  return state;
}

/** In one turn of the sweep. */
const FORGOTTEN_A_TURN = 100;

/**
 * Does what the deliveries tell that were kept, and whose process ended before it had done it. One that
 * fails lets the others through: it is tried again, later each time, and then left to a person.
 * @returns how many were done
 */
export async function processForgotten(db: Database): Promise<number> {
  const { rows } = await db.query<{ id: string }>(
    `select id from payment_delivery
     where state = 'received' and next_try_at <= clock_timestamp()
     order by next_try_at limit $1`,
    [FORGOTTEN_A_TURN],
  );
  const faults: unknown[] = [];
  for (const { id } of rows) {
    await processDelivery(db, id).catch(async (error: unknown) => {
      faults.push(error);
      await db
        .transaction((tx) => noteFailure(tx, id, error))
        .catch((another: unknown) => faults.push(another));
    });
  }
  if (faults.length > 0)
    throw new AggregateError(faults, `${faults.length} payments not processed`);
  return rows.length;
}

/** How long a person may take to look. */
const FAILED_LIMIT_MS = 86_400_000;

async function noteFailure(tx: Transaction, id: string, error: unknown): Promise<void> {
  const { rows } = await tx.query<{ creditorId: string; failures: number; now: Date }>(
    `update payment_delivery set failures = failures + 1, failure = $2
     where id = $1 and state = 'received'
     returning creditor_id as "creditorId", failures, clock_timestamp() as now`,
    [id, faultOf(error)],
  );
  const [failed] = rows;
  if (failed === undefined) return;
  const { creditorId, failures, now } = failed;
  const next = nextDeliveryTry(failures, now);
  if (next !== null) {
    await tx.query('update payment_delivery set next_try_at = $2 where id = $1', [id, next]);
    return;
  }
  await tx.query(`update payment_delivery set state = 'failed', processed_at = $2 where id = $1`, [
    id,
    now,
  ]);
  const dueAt = new Date(now.getTime() + FAILED_LIMIT_MS);
  const assignee = 'role:supervisor' as const;
  await addTask(tx, { creditorId, kind: 'payment_failed', subjectId: id, assignee, dueAt });
  const payload = { deliveryId: id, failures, failure: faultOf(error) };
  await appendEvent(tx, { type: 'payment.delivery_failed', creditorId, payload });
}

/** Of what kind; a message may hold what was paid by whom. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as Error & { readonly code?: unknown };
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}

/**
 * Has one that failed tried again, at once and as often as the first time. Null: there is none.
 * @throws TransitionError when it has not failed
 */
export async function retryDelivery(tx: Transaction, id: string): Promise<PaymentDelivery | null> {
  const before = await findDelivery(tx, id);
  if (before === null) return null;
  const { rows } = await tx.query<PaymentDelivery>(
    `update payment_delivery set state = 'received', failures = 0, processed_at = null,
       next_try_at = clock_timestamp()
     where id = $1 and state = 'failed' returning ${COLUMNS}`,
    [id],
  );
  if (rows[0] === undefined) throw new TransitionError('delivery', before.state, 'retry', []);
  return rows[0];
}

export async function findDelivery(db: Queryable, id: string): Promise<PaymentDelivery | null> {
  const { rows } = await db.query<PaymentDelivery>(
    `select ${COLUMNS} from payment_delivery where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

export async function listDeliveries(
  db: Queryable,
  filter: { readonly creditorId: string | null; readonly state: DeliveryState | null },
  page: PageRequest,
): Promise<Page<PaymentDelivery>> {
  const { rows } = await db.query<PaymentDelivery>(
    `select ${COLUMNS} from payment_delivery
     where ($1::uuid is null or id < $1) and ($2::uuid is null or creditor_id = $2)
       and ($3::text is null or state = $3)
     order by id desc limit $4`,
    [page.beforeId, filter.creditorId, filter.state, pageFetch(page)],
  );
  return toPage(rows, page);
}
