import type { Line } from '../domain/phone-number';
import { recordAudit } from './audit';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { lockSubject, lookAgain, refusedFact, type FactWrite } from './fact-write';
import { findDebtor, type DebtorRow } from './read/debtors';

/** Where a person is said to be; absent stays as it is, null is forgotten. */
export interface WhereaboutsChange {
  readonly debtorId: string;
  /** IANA zone, as the person named it. */
  readonly statedZone?: string | null | undefined;
  /** ISO 3166-2 of the address. */
  readonly province?: string | null | undefined;
  readonly sourceAttemptId: string | null;
  readonly reason: string;
  readonly actor: string;
}

/** Keeps where a person is; every look of the gate from the commit on goes by it. */
export async function changeWhereabouts(
  tx: Transaction,
  change: WhereaboutsChange,
): Promise<FactWrite<DebtorRow>> {
  const { debtorId, sourceAttemptId, reason, actor } = change;
  const subject = await lockSubject(tx, { debtorId, creditorId: null });
  if (subject.kind === 'refused') return subject;
  const before = await read(tx, debtorId);
  const { statedZone = before.statedZone, province = before.province } = change;
  const statesZone = statedZone !== null && statedZone !== before.statedZone;
  if (statesZone && !(await isTheirCall(tx, change))) {
    const accepted = 'the attempt in which the person said where they are';
    return refusedFact('sourceAttemptId', 'a stated zone needs it', accepted);
  }
  if (statedZone === before.statedZone && province === before.province) {
    return { kind: 'repeated', fact: before };
  }
  await tx.query(
    'update debtor set stated_zone = $2, province = $3, updated_at = now() where id = $1',
    [debtorId, statedZone, province],
  );
  await lookAgain(tx, subject.persons);
  await recordAudit(tx, {
    creditorId: null,
    actor,
    action: 'debtor.whereabouts_changed',
    subject: 'debtor',
    subjectId: debtorId,
    before: { statedZone: before.statedZone, province: before.province },
    after: { statedZone, province, sourceAttemptId },
    reason,
  });
  await appendEvent(tx, { type: 'debtor.whereabouts_changed', payload: { debtorId } });
  return { kind: 'written', fact: await read(tx, debtorId) };
}

async function read(tx: Transaction, id: string): Promise<DebtorRow> {
  const debtor = await findDebtor(tx, id);
  if (debtor === null) throw new Error(`debtor ${id} is gone`);
  return debtor;
}

async function isTheirCall(
  tx: Transaction,
  { sourceAttemptId, debtorId }: WhereaboutsChange,
): Promise<boolean> {
  const { rowCount } = await tx.query('select 1 from attempt where id = $1 and debtor_id = $2', [
    sourceAttemptId,
    debtorId,
  ]);
  return rowCount === 1;
}

/** What else tells where a person is: the first number to be dialed, and the creditor's market. */
export async function findNumberAndMarket(
  db: Queryable,
  debtorId: string,
): Promise<{ e164: string | null; line: Line; country: string }> {
  const result = await db.query<{ e164: string | null; line: Line; country: string }>(
    `select p.e164, coalesce(p.line, 'unknown') as line, coalesce((
         select cr.country from account a join creditor cr on cr.id = a.creditor_id
         where a.debtor_id = $1 order by a.status = 'open' desc, a.id limit 1), '') as country
     from (select 1) nothing left join lateral (
       select e164, line from phone where debtor_id = $1 and owner = 'debtor' and status = 'active'
       order by position, id limit 1) p on true`,
    [debtorId],
  );
  return one(result, 'number and market');
}
