import { one, type Queryable } from './database';

/**
 * INVITEs to debtors that began in a span of time although a payment had left nothing due of the
 * account, or its days of quiet lasted: none, ever. Both instants are of the database's clock, taken
 * under locks by which an INVITE comes wholly before the payment's silence or is seen here.
 */
export async function countCallsAfterPayment(
  db: Queryable,
  span: { readonly after: Date; readonly until: Date },
): Promise<number> {
  const counted = await db.query<{ count: number }>(
    `select count(*)::int as count from call_leg l
     join call c on c.id = l.call_id join attempt t on t.id = c.attempt_id
     where l.call_id >= first_id_at($1::timestamptz - interval '10 minutes')
       and t.id >= first_id_at($1::timestamptz - interval '1 hour')
       and l.invited_at > $1 and l.invited_at <= $2
       and l.kind = 'customer' and l.transfer_id is null and t.direction = 'out'
       and t.purpose = 'collect' and exists (select from payment_silence s
         where s.account_id = t.account_id and s.from_at < l.invited_at
           and (s.to_at is null or s.to_at > l.invited_at))`,
    [span.after, span.until],
  );
  return one(counted, 'count').count;
}
