import { z } from 'zod';
import {
  CALL_TARGETS,
  CONTACT_OUTCOMES,
  type CallConsent,
  type CallFacts,
  type CallHold,
  type ContactEvent,
  type Instant,
  type ZoneEvidence,
} from '../../src/domain/call-facts';
import {
  COLLECTORS,
  LINES,
  MODES,
  PLACES,
  PURPOSES,
  count,
  flag,
  instant,
  localDate,
  localWindow,
  record,
  some,
  wholeRecord,
  word,
  zoneName,
} from './rule-file-schema';

/** Facts of a case: those of a call, with the evidence of where the person is, and the ledger. */
export type CaseFacts = Omit<CallFacts, 'zones'> & {
  readonly country: string;
  readonly zone: readonly ZoneEvidence[];
  readonly events: readonly ContactEvent[];
};

/** What is not named is not compared. */
export interface ExpectedDecision {
  readonly verdict: 'allow' | 'agent_reserved' | 'deny';
  readonly deniedBy?: string | null;
  readonly failing?: readonly string[];
  readonly local?: readonly string[];
  readonly nextAllowedAt?: Instant | null;
}

interface CaseBase {
  readonly id: string;
  readonly title?: string;
  /** Ids of packs, in the order of the stack. */
  readonly profiles: readonly string[];
  /** Alias that rules use -> key of a calendar, `ID` -> `ID@2026-11`. */
  readonly calendars: Readonly<Record<string, string>>;
  readonly facts: CaseFacts;
  readonly at: Instant;
}
export type RuleCase =
  | (CaseBase & { readonly type: 'preDial'; readonly expect: ExpectedDecision })
  | (CaseBase & {
      readonly type: 'inCall';
      readonly expect: { readonly action: 'continue' | 'wrap_up' };
    });

const EVIDENCE = 'one of {"iana"}, {"province"}, {"areaCode"}, {"mobile"}';
const EVIDENCE_KINDS = ['iana', 'province', 'areaCode', 'mobile'];
const zoneEvidence: z.ZodType<ZoneEvidence> = z
  .union(
    [
      record({ iana: zoneName }),
      record({ province: word }),
      record({ areaCode: word }),
      record({ mobile: word }),
    ],
    { error: EVIDENCE },
  )
  // of two the second would count for nothing, and a zone would be left out
  .refine((one) => EVIDENCE_KINDS.filter((kind) => kind in one).length === 1, EVIDENCE);

const consent: z.ZodType<CallConsent> = z.discriminatedUnion('kind', [
  record({
    kind: z.literal('time'),
    id: word.exactOptional(),
    from: instant,
    to: instant,
    windows: some(localWindow),
    includesHolidays: flag,
    revokedAt: instant.exactOptional(),
  }),
  record({
    kind: z.literal('frequency'),
    id: word.exactOptional(),
    givenAt: instant,
    revokedAt: instant.exactOptional(),
  }),
]);

const hold: z.ZodType<CallHold> = record({
  kind: word,
  id: word.exactOptional(),
  from: instant.exactOptional(),
  to: instant.exactOptional(),
  startsOn: localDate.exactOptional(),
  days: count(1).exactOptional(),
  debt: word.exactOptional(),
  number: word.exactOptional(),
});

const contact = {
  id: word.exactOptional(),
  at: instant,
  direction: z.enum(['out', 'in']),
  person: word,
  debts: z.array(word, { error: 'a list of debts' }),
  number: word,
  place: z.enum(PLACES),
  mode: z.enum(MODES),
  creditor: word.exactOptional(),
  purpose: z.enum(PURPOSES).exactOptional(),
};
/** What never left the switch frees its slot: it is read, and is nothing. */
const events: z.ZodType<ContactEvent[]> = z
  .array(
    z.discriminatedUnion('outcome', [
      record({ ...contact, outcome: z.enum(CONTACT_OUTCOMES) }),
      record({ ...contact, outcome: z.literal('cancelled') }),
    ]),
    { error: 'a list of contacts' },
  )
  .transform((all) => all.filter((one) => one.outcome !== 'cancelled'));

const facts: z.ZodType<CaseFacts> = record({
  country: word,
  zone: z.array(zoneEvidence, { error: `a list of evidence, each ${EVIDENCE}` }),
  region: word.exactOptional(),
  target: z.enum(CALL_TARGETS),
  purpose: z.enum(PURPOSES).exactOptional(),
  collector: z.enum(COLLECTORS),
  person: word,
  debt: record({
    id: word,
    kind: word,
    dpd: z.int({ error: 'a whole number' }).exactOptional(),
    creditor: word.exactOptional(),
    noticeMailedOn: localDate.exactOptional(),
  }),
  number: word,
  place: z.enum(PLACES),
  line: z.enum(LINES),
  mode: z.enum(MODES),
  consents: z.array(consent).default([]),
  preferences: z.array(localWindow).default([]),
  holds: z.array(hold).default([]),
  events: events.default([]),
  campaignStats: record({ abandoned: count(0), liveAnswered: count(0) }).exactOptional(),
});

const caseBody = {
  id: word,
  title: z.string().exactOptional(),
  profiles: z.array(word, { error: 'a list of ids of packs' }),
  calendars: z.record(word, word).default({}),
  facts,
  at: instant,
};

export const caseSchema: z.ZodType<RuleCase> = z.discriminatedUnion('type', [
  record({
    ...caseBody,
    type: z.literal('preDial'),
    expect: wholeRecord({
      verdict: z.enum(['allow', 'agent_reserved', 'deny']),
      deniedBy: word.nullable().exactOptional(),
      failing: z.array(word).exactOptional(),
      local: z.array(word).exactOptional(),
      nextAllowedAt: instant.nullable().exactOptional(),
    }),
  }),
  record({
    ...caseBody,
    type: z.literal('inCall'),
    expect: wholeRecord({ action: z.enum(['continue', 'wrap_up']) }),
  }),
]);
