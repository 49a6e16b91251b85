import { checkPayday, type PaydayInput } from '../domain/payday-input';
import { recordAudit } from './audit';
import { one, type Transaction } from './database';
import { appendEvent } from './events';
import { lockSubject, otherFact, type FactWrite } from './fact-write';

export interface PaydayFact {
  readonly id: string;
  readonly debtorId: string;
  readonly kind: PaydayInput['kind'];
  readonly day: number | null;
  readonly source: PaydayInput['source'];
  readonly sourceAttemptId: string | null;
  readonly recordedBy: string;
  readonly recordedAt: Date;
}

/** Keeps when the person gets money; what was kept before no longer counts. */
export async function recordPayday(
  tx: Transaction,
  about: { readonly debtorId: string; readonly sourceAttemptId: string | null },
  input: PaydayInput,
  actor: string,
): Promise<FactWrite<PaydayFact>> {
  const subject = await lockSubject(tx, { debtorId: about.debtorId, creditorId: null });
  if (subject.kind === 'refused') return subject;
  const problem = checkPayday(input);
  if (problem !== null) return { kind: 'refused', problem };
  const fact = one(
    await tx.query<PaydayFact>(
      `insert into payday (debtor_id, kind, day, source, source_attempt_id, recorded_by)
       values ($1, $2, $3, $4, $5, $6)
       returning id, debtor_id as "debtorId", kind, day, source,
         source_attempt_id as "sourceAttemptId", recorded_by as "recordedBy",
         recorded_at as "recordedAt"`,
      [about.debtorId, input.kind, input.day ?? null, input.source, about.sourceAttemptId, actor],
    ),
    'new payday',
  );
  const { id, debtorId, kind, day, source } = fact;
  await forgetPlans(tx, debtorId);
  await tell(tx, {
    action: 'payday.recorded',
    subject: 'payday',
    id,
    actor,
    reason: null,
    debtorId,
    after: { debtorId, kind, day, source },
  });
  return { kind: 'written', fact };
}

export interface PaymentDateFact {
  readonly id: string;
  readonly debtorId: string;
  readonly accountId: string | null;
  readonly paidOn: string;
  readonly source: string;
  readonly externalId: string;
}

/** Keeps a day on which the person paid: enough of them show the payday. */
export async function recordPaymentDate(
  tx: Transaction,
  input: Omit<PaymentDateFact, 'id'>,
  actor: string,
): Promise<FactWrite<PaymentDateFact>> {
  const { debtorId, accountId, paidOn, source, externalId } = input;
  const subject = await lockSubject(tx, { debtorId, accountId, creditorId: null });
  if (subject.kind === 'refused') return subject;
  const { rows } = await tx.query<PaymentDateFact & { isNew: boolean }>(
    `with written as (
       insert into payment_date (debtor_id, account_id, paid_on, source, external_id, recorded_by)
       values ($1, $2, $3, $4, $5, $6) on conflict (source, external_id) do nothing returning *)
     select ${paymentColumns('w')}, true as "isNew" from written w
     union all select ${paymentColumns('p')}, false from payment_date p
       where p.source = $4 and p.external_id = $5 and not exists (select from written)`,
    [debtorId, accountId, paidOn, source, externalId, actor],
  );
  const [found] = rows;
  if (found === undefined) throw new Error('a payment date is neither new nor there');
  const { isNew, ...fact } = found;
  if (isNew) return { kind: 'written', fact };
  const same = fact.debtorId === debtorId && fact.paidOn === paidOn && fact.accountId === accountId;
  return same ? { kind: 'repeated', fact } : otherFact('payment');
}

const paymentColumns = (of: string): string =>
  `${of}.id, ${of}.debtor_id as "debtorId", ${of}.account_id as "accountId",
   ${of}.paid_on::text as "paidOn", ${of}.source, ${of}.external_id as "externalId"`;

export interface ProfilingObjection {
  readonly id: string;
  readonly debtorId: string;
  readonly objects: boolean;
  readonly reason: string;
  readonly recordedBy: string;
  readonly recordedAt: Date;
}

/** Keeps that the person objects to profiling, or does no longer; from now on the latest counts. */
export async function recordProfilingObjection(
  tx: Transaction,
  input: Pick<ProfilingObjection, 'debtorId' | 'objects' | 'reason'>,
  actor: string,
): Promise<FactWrite<ProfilingObjection>> {
  const { debtorId, objects, reason } = input;
  const subject = await lockSubject(tx, { debtorId, creditorId: null });
  if (subject.kind === 'refused') return subject;
  const fact = one(
    await tx.query<ProfilingObjection>(
      `insert into profiling_objection (debtor_id, objects, reason, recorded_by)
       values ($1, $2, $3, $4)
       returning id, debtor_id as "debtorId", objects, reason, recorded_by as "recordedBy",
         recorded_at as "recordedAt"`,
      [debtorId, objects, reason, actor],
    ),
    'new objection',
  );
  await forgetPlans(tx, debtorId);
  await tell(tx, {
    action: 'profiling.objection_changed',
    subject: 'profiling_objection',
    id: fact.id,
    actor,
    reason,
    debtorId,
    after: { debtorId, objects },
  });
  return { kind: 'written', fact };
}

/** What was chosen without knowing this is undone: the person's accounts are chosen for anew when due. */
async function forgetPlans(tx: Transaction, debtorId: string): Promise<void> {
  // with every creditor
  const { unscoped } = tx;
  await unscoped.query(
    `update account a set next_attempt_at = c.earliest, updated_at = now()
     from best_time_plan p join best_time_choice c on c.id = p.choice_id
     where a.debtor_id = $1 and p.account_id = a.id and a.next_attempt_at = p.planned_for
       and a.status = 'open' and a.blocked_reason is null and c.earliest < a.next_attempt_at`,
    [debtorId],
  );
  await unscoped.query(
    `delete from best_time_plan where choice_id is not null
       and account_id in (select id from account where debtor_id = $1)`,
    [debtorId],
  );
}

async function tell(
  tx: Transaction,
  change: {
    readonly action: 'payday.recorded' | 'profiling.objection_changed';
    readonly subject: string;
    readonly id: string;
    readonly actor: string;
    readonly reason: string | null;
    readonly debtorId: string;
    readonly after: object;
  },
): Promise<void> {
  const { action, subject, id, actor, reason, debtorId, after } = change;
  const audit = {
    creditorId: null,
    actor,
    action,
    subject,
    subjectId: id,
    before: null,
    after,
    reason,
  };
  await recordAudit(tx, audit);
  await appendEvent(tx, { type: action, payload: { debtorId } });
}
