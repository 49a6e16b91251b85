import {
  callConsent,
  callHold,
  type ConsentJson,
  type HoldJson,
  type PersonFacts,
  type PersonFactsRequest,
} from './call-history';
import { one, type Queryable } from './database';

/**
 * Consents, refused times and holds as they were known at a past instant: what was recorded later is
 * left out, what was lifted or removed later still stands. As `readPersonFacts`, which reads what is
 * so now by index; this one is for questions afterwards.
 */
export async function readPersonFactsAt(
  db: Queryable,
  request: PersonFactsRequest,
  at: Date,
): Promise<Pick<PersonFacts, 'consents' | 'preferences' | 'holds'>> {
  const result = await db.query<{
    consents: ConsentJson[];
    preferences: { days: number[]; from: string; to: string }[];
    holds: HoldJson[];
  }>(
    `select
       coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind,
           'givenAt', c.given_at, 'from', c.valid_from, 'to', c.valid_to, 'windows', c.windows,
           'includesHolidays', c.includes_holidays, 'revokedAt', w.at) order by c.id)
         from consent c
         left join consent_withdrawal w on w.consent_id = c.id and w.recorded_at <= $5
         where c.debtor_id = $1 and c.kind in ('time', 'frequency') and c.captured_at <= $5
           and (c.channel is null or c.channel = 'voice')
           and (c.creditor_id is null or c.creditor_id = $4)), '[]') as consents,
       coalesce((select jsonb_agg(jsonb_build_object('days', days, 'from', from_clock,
           'to', to_clock) order by id)
         from contact_preference
         where debtor_id = $1 and kind = 'refused' and recorded_at <= $5
           and (removed_at is null or removed_at > $5)), '[]') as preferences,
       coalesce((select jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'from', from_at,
           'to', to_at, 'startsOn', starts_on, 'days', days, 'debt', account_id,
           'ofNumber', e164 is not null) order by id)
         from hold
         where (debtor_id = $1 and (account_id is null or account_id = $2)
               and (e164 is null or e164 = $3) or debtor_id is null and e164 = $3)
           and (creditor_id is null or creditor_id = $4)
           and placed_at <= $5 and (lifted_at is null or lifted_at > $5)), '[]') as holds`,
    [request.debtorId, request.accountId, request.e164, request.creditorId, at],
  );
  const row = one(result, 'facts of a person');
  return {
    consents: row.consents.flatMap(callConsent),
    preferences: row.preferences,
    holds: row.holds.map((hold) => callHold(hold, request.phoneId)),
  };
}
