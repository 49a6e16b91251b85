import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { DocumentRefused } from '../../dialer/campaign-documents';
import { PastDateError } from '../../dialer/preview';
import { sqlState } from '../db/database';
import { TransitionError } from '../domain/transition-error';
import { describeIssues, type ValidationIssue } from '../domain/describe-issue';
import { Problem, type ProblemCode } from './problem';

/** Fastify's own refusals. */
const FASTIFY: Record<string, readonly [code: ProblemCode, detail: string]> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_body', 'The body is not valid JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [
    'malformed_body',
    'The body is empty: send JSON, or leave out the Content-Type header.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'malformed_body',
    'The body is not as long as its Content-Length says.',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported_media_type',
    'Send application/json, a campaign document as its field "document"; an import takes text/csv or application/x-ndjson, an announcement audio/wav.',
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large', 'The body is larger than this route takes.'],
  FST_ERR_BAD_URL: ['invalid_request', 'The path is not a valid URL.'],
};

/** Constraints that a caller's input can violate, with the field that does. */
const UNIQUE: Record<string, string> = {
  creditor_code_key: 'code',
  pool_name_key: 'name',
  agent_sip_username_key: 'sipUsername',
  trunk_name_key: 'name',
  trunk_group_name_key: 'name',
  campaign_creditor_id_name_key: 'name',
  phone_debtor_id_e164_key: 'e164',
  office_number_creditor_id_e164_key: 'e164',
  hold_source_external_id_key: 'externalId',
  consent_source_external_id_key: 'externalId',
  contact_preference_source_external_id_key: 'externalId',
  contact_origin_pkey: 'externalId',
};
const REFERENCE: Record<string, string> = {
  agent_pool_pool_id_fkey: 'poolIds',
  campaign_pool_pool_id_fkey: 'poolIds',
  campaign_creditor_id_fkey: 'creditorId',
  api_key_agent_id_fkey: 'agentId',
  api_key_creditor_creditor_id_fkey: 'creditorIds',
  phone_debtor_id_fkey: 'debtorId',
  trunk_group_id_fkey: 'groupId',
  trunk_route_trunk_id_fkey: 'trunkId',
  trunk_route_group_id_fkey: 'groupId',
};

/** Connection lost or refused, server starting or stopping, deadlock: worth another try. */
const TRANSIENT = /^(08|57P|53|40)|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/;
const POOL_TIMEOUT = /timeout exceeded when trying to connect|Connection terminated/;

/**
 * Any error as a problem of the catalogue. What is not known becomes `internal_error` or
 * `unavailable`: their cause belongs in the log, not in the answer.
 */
export function problemOfError(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TransitionError) return ofTransition(error);
  if (error instanceof DocumentRefused) return ofDocument(error);
  if (error instanceof PastDateError) return ofPastDate(error);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const { validation, validationContext } = error as {
      validation: unknown;
      validationContext?: string;
    };
    const errors = describeIssues(validation as ValidationIssue[]);
    const where = validationContext ?? 'body';
    return new Problem('invalid_request', `Something in the ${where} is not accepted.`, {
      in: where,
      errors,
    });
  }
  return ofDatabase(error) ?? ofFastify(error) ?? ofUnknown(error);
}

const DOCUMENT_CODES = {
  invalid: 'document_not_accepted',
  not_ready: 'campaign_not_ready',
  superseded: 'superseded',
} as const satisfies Record<DocumentRefused['kind'], ProblemCode>;

function ofDocument({ kind, problems }: DocumentRefused): Problem {
  return new Problem(DOCUMENT_CODES[kind], 'Nothing was changed.', { errors: problems });
}

function ofPastDate({ today }: PastDateError): Problem {
  const errors = [{ field: 'date', reason: 'is over', accepted: `${today} or later` }];
  return new Problem('invalid_request', 'Something in the body is not accepted.', {
    in: 'body',
    errors,
  });
}

function ofTransition(error: TransitionError): Problem {
  return new Problem('invalid_transition', `${error.message}.`, {
    machine: error.machine,
    from: error.from,
    allowed: error.allowed,
  });
}

/** What the policies of Postgres refuse a key that is bound to creditors; by table. */
const SHARED: Record<string, string> = {
  hold: 'The hold protects a person who owes other creditors too: a key of the platform lifts it.',
  contact_preference:
    'The refused time is of a person who owes other creditors too: a key of the platform removes it.',
  profiling_objection:
    'The person who objected owes other creditors too: a key of the platform takes it back.',
  debtor:
    'The person owes other creditors too, whose hours it would change: a key of the platform says where they are.',
};
const POLICY = /row-level security policy (?:"\w+" )?for table "(\w+)"/;

function unknownReference(field: string): Problem {
  const detail = `${field} names something that does not exist.`;
  return new Problem('unknown_reference', detail, { field });
}

function ofPolicy(error: unknown): Problem | null {
  const table = error instanceof Error ? POLICY.exec(error.message)?.[1] : undefined;
  if (table === 'campaign') return unknownReference('creditorId');
  const detail = SHARED[table ?? ''] ?? 'It is not of the creditors that the key is bound to.';
  return table === undefined ? null : new Problem('forbidden', detail);
}

function ofDatabase(error: unknown): Problem | null {
  const state = sqlState(error);
  if (state === '42501') return ofPolicy(error);
  const constraint = error instanceof Error && 'constraint' in error ? error.constraint : null;
  if (typeof constraint !== 'string') return null;
  const unique = UNIQUE[constraint];
  if (state === '23505' && unique !== undefined) {
    return new Problem('already_exists', `The ${unique} is taken.`, { field: unique });
  }
  const reference = REFERENCE[constraint];
  if (state === '23503' && reference !== undefined) {
    return unknownReference(reference);
  }
  return null;
}

function ofFastify(error: unknown): Problem | null {
  const known = FASTIFY[sqlState(error) ?? ''];
  if (known !== undefined) return new Problem(known[0], known[1]);
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : null;
  return typeof status === 'number' && status >= 400 && status < 500
    ? new Problem('invalid_request', 'The request is not accepted.')
    : null;
}

function ofUnknown(error: unknown): Problem {
  const transient =
    TRANSIENT.test(sqlState(error) ?? '') ||
    (error instanceof Error && POOL_TIMEOUT.test(error.message));
  return transient
    ? new Problem('unavailable', 'A part that is needed does not answer.')
    : new Problem('internal_error', 'The log has the rest under the request id.');
}
