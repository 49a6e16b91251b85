/**
 * The catalogue of errors that a caller can meet: stable code, HTTP status, title. A code never
 * changes its meaning; the detail of one occurrence is plain English for a person.
 */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request does not match what is accepted' },
  malformed_body: { status: 400, title: 'The body cannot be read' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of this list' },
  unauthenticated: { status: 401, title: 'A valid key is needed' },
  forbidden: { status: 403, title: 'The key may not do this' },
  not_found: { status: 404, title: 'There is no such thing' },
  already_exists: { status: 409, title: 'It exists already' },
  in_use: { status: 409, title: 'It is in use' },
  invalid_transition: { status: 409, title: 'Not possible in its present state' },
  idempotency_in_flight: { status: 409, title: 'The same request is being carried out' },
  session_open: { status: 409, title: 'A session is open already' },
  no_session: { status: 409, title: 'No session is open' },
  connection_check_needed: {
    status: 409,
    title: 'The connection is to be checked, or the check waived, first',
  },
  outside_roster: { status: 409, title: 'Outside the agent’s shifts' },
  overlapping_shifts: { status: 409, title: 'Shifts of one agent overlap' },
  agent_not_ready: { status: 409, title: 'The agent is not ready' },
  no_campaign: { status: 409, title: 'No running campaign of yours calls for this creditor' },
  person_in_call: { status: 409, title: 'The person is being called already' },
  call_denied: { status: 409, title: 'The rules refuse this call' },
  preview_over: { status: 409, title: 'The account is not shown to you any more' },
  transfer_refused: { status: 409, title: 'The talk cannot be handed on so' },
  supervision_refused: { status: 409, title: 'The talk cannot be heard so' },
  needs_engine: { status: 501, title: 'It needs a media engine' },
  no_call: { status: 409, title: 'There is no call' },
  caller_unknown: { status: 409, title: 'Nobody knows yet who is calling' },
  caller_known: { status: 409, title: 'Somebody else is calling, as was said before' },
  no_more_time: { status: 409, title: 'The wrap-up was extended twice' },
  no_talk: { status: 409, title: 'The attempt has not ended in a talk' },
  not_to_be_handed_over: { status: 422, title: 'It stays with us' },
  warnings_needed: { status: 409, title: 'The person was not warned often enough' },
  outcome_recorded: { status: 409, title: 'Another outcome is recorded' },
  identity_unconfirmed: { status: 409, title: 'The person has not shown who they are' },
  case_open: { status: 409, title: 'A case stands behind it' },
  under_legal_hold: { status: 409, title: 'A legal hold stands over it' },
  no_audio: { status: 409, title: 'There is no audio to be played' },
  last_admin_key: { status: 409, title: 'It is the last admin key' },
  second_person_needed: { status: 409, title: 'Another person has to decide' },
  superseded: { status: 409, title: 'Something newer is there' },
  erased: { status: 410, title: 'It was erased' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not accepted' },
  range_not_satisfiable: { status: 416, title: 'The range lies outside' },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
  },
  unknown_reference: { status: 422, title: 'It refers to something that does not exist' },
  no_conflict: { status: 409, title: 'There was no conflict' },
  step_refused: { status: 422, title: 'The step does not fit where the talk is' },
  invalid_outcome: { status: 422, title: 'The outcome is not complete' },
  invalid_fact: { status: 422, title: 'It does not fit what is known' },
  rules_not_accepted: { status: 422, title: 'These rules cannot bind' },
  document_not_accepted: { status: 422, title: 'The document is not accepted' },
  campaign_not_ready: { status: 422, title: 'The campaign could not place a call' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'Not available for a moment; try again' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** An error with a place in the catalogue; thrown by routes, rendered in one place. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    /** For a person; without personal data. */
    readonly detail: string,
    /** Further members of the answer (RFC 9457, 3.2). */
    readonly extension: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Problem';
  }
}

/** @throws Problem `not_found` when the thing is null. */
export function found<T>(thing: T | null, what: string): T {
  if (thing === null) throw new Problem('not_found', `There is no such ${what}.`);
  return thing;
}
