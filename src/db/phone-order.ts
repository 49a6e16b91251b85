import { settingsFor } from './experiment-arm';
import type { MonthSpan } from './new-id';
import { objectsToProfiling } from './profiling-objection';

/** A row with the parts of the campaign's settings by which the numbers of account `a` are ordered. */
export const PHONE_SETTINGS = `(select s->'retry' as retry, s->'phones'->'places' as places,
    coalesce(s->'phones'->>'order', 'best_chance') as "order"
  from (select ${settingsFor('a.debtor_id')} as s offset 0) one)`;

/**
 * A row that tells, by {@link PHONE_SETTINGS} `way`, whether it is another number's turn after the last
 * attempt `last` on a number; see retry-plan.ts.
 * @param ids months of that attempt
 */
export const isNextPhonesTurn = ({ ids }: MonthSpan): string => `(select coalesce(way.retry->(
    case last.result
      when 'unknown' then 'no_answer'
      when 'connected' then (select case o.code when 'VOICEMAIL' then 'voicemail'
          when 'THIRD_PARTY' then 'third_party' when 'NO_ANSWER' then 'no_answer'
          when 'RPC_REFUSE' then 'refused' when 'RPC_PAID_CLAIM' then 'paid_claim' end
        from outcome o where o.attempt_id = last.id
          and o.attempt_id >= ${ids[0]} and o.attempt_id < ${ids[1]})
      else last.result end)->>'nextPhone' = 'true', false) as is_next offset 0)`;

/**
 * What is known of number `p`, a new one being 1; see dialer/best-time/number-score.ts. Who objects to
 * profiling has no scores.
 */
export const NUMBER_SCORE = `coalesce((select (m.numbers->>(get_byte(uuid_send(p.id), 15)::text))::float8
  from best_time_person m where m.debtor_id = p.debtor_id and not ${objectsToProfiling('p.debtor_id')}), 1)`;

/**
 * The order in which a campaign asks about numbers `p` of a person, by {@link PHONE_SETTINGS} `way`, the
 * last attempt `last` (id, tried, result) and its {@link isNextPhonesTurn} `turn`. Places that the
 * document names first. Then those behind whose last outcome says that it is another number's turn;
 * best chance of the right party first; the one tried longest ago; as the creditor lists them. A
 * document may leave the chance out, or both.
 */
export const PHONE_ORDER = `
  (select place.ordinality from jsonb_array_elements_text(way.places)
     with ordinality place where place.value = p.place) nulls last,
  case when way."order" = 'best_chance' and turn.is_next then 1 else 0 end,
  case when way."order" = 'best_chance' then -${NUMBER_SCORE} else 0 end,
  case when way."order" = 'listed' and not turn.is_next then null else last.tried end nulls first,
  p.position, p.id`;
