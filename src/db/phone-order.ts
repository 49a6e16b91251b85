import { settingsFor } from './experiment-arm';

/** The rule of the plan after which the last attempt `last` on a number ended; see retry-plan.ts. */
const RETRY_OUTCOME = `case last.result
  when 'unknown' then 'no_answer'
  when 'connected' then (select case o.code when 'VOICEMAIL' then 'voicemail'
      when 'THIRD_PARTY' then 'third_party' when 'NO_ANSWER' then 'no_answer'
      when 'RPC_REFUSE' then 'refused' when 'RPC_PAID_CLAIM' then 'paid_claim' end
    from outcome o where o.attempt_id = last.id)
  else last.result end`;

const SETTINGS = settingsFor('a.debtor_id');

/**
 * The order in which campaign `c` asks about numbers `p` of the person of account `a`, whose last
 * attempt is `last` (id, tried, result). Places that the document names first; then the one tried
 * longest ago, or, as the creditor lists them, those behind whose last outcome says that it is another
 * number's turn.
 */
export const PHONE_ORDER = `
  (select place.ordinality from jsonb_array_elements_text(${SETTINGS}->'phones'->'places')
     with ordinality place where place.value = p.place) nulls last,
  case when ${SETTINGS}->'phones'->>'order' = 'listed'
      and coalesce(${SETTINGS}->'retry'->(${RETRY_OUTCOME})->>'nextPhone', 'false') = 'false'
    then null else last.tried end nulls first,
  p.position, p.id`;
