import { settingsFor } from './experiment-arm';
import { objectsToProfiling } from './profiling-objection';

/** The rule of the plan after which the last attempt `last` on a number ended; see retry-plan.ts. */
const RETRY_OUTCOME = `case last.result
  when 'unknown' then 'no_answer'
  when 'connected' then (select case o.code when 'VOICEMAIL' then 'voicemail'
      when 'THIRD_PARTY' then 'third_party' when 'NO_ANSWER' then 'no_answer'
      when 'RPC_REFUSE' then 'refused' when 'RPC_PAID_CLAIM' then 'paid_claim' end
    from outcome o where o.attempt_id = last.id)
  else last.result end`;

const SETTINGS = settingsFor('a.debtor_id');
const NEXT_PHONE = `coalesce(${SETTINGS}->'retry'->(${RETRY_OUTCOME})->>'nextPhone', 'false') = 'true'`;
const ORDER = `coalesce(${SETTINGS}->'phones'->>'order', 'best_chance')`;

/**
 * What is known of number `p`, a new one being 1; see dialer/best-time/number-score.ts. Who objects to
 * profiling has no scores.
 */
export const NUMBER_SCORE = `coalesce((select (m.numbers->>(get_byte(uuid_send(p.id), 15)::text))::float8
  from best_time_person m where m.debtor_id = p.debtor_id and not ${objectsToProfiling('p.debtor_id')}), 1)`;

/**
 * The order in which campaign `c` asks about numbers `p` of the person of account `a`, whose last
 * attempt is `last` (id, tried, result). Places that the document names first. Then those behind
 * whose last outcome says that it is another number's turn; best chance of the right party first; the
 * one tried longest ago; as the creditor lists them. A document may leave the chance out, or both.
 */
export const PHONE_ORDER = `
  (select place.ordinality from jsonb_array_elements_text(${SETTINGS}->'phones'->'places')
     with ordinality place where place.value = p.place) nulls last,
  case when ${ORDER} = 'best_chance' and ${NEXT_PHONE} then 1 else 0 end,
  case when ${ORDER} = 'best_chance' then -${NUMBER_SCORE} else 0 end,
  case when ${ORDER} = 'listed' and not (${NEXT_PHONE}) then null else last.tried end nulls first,
  p.position, p.id`;
