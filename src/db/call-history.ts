import type { CallConsent, CallHold, ContactEvent, LocalWindow } from '../domain/call-facts';
import { contactOutcomeOf, type AttemptAsContact } from '../domain/contact-outcome';
import { one, type Queryable } from './database';
import { idsSince } from './new-id';

const DAY_MS = 86_400_000;

/** Whose ledger is read, and for which call. */
export interface LedgerRequest {
  readonly debtorId: string;
  /** The number to be dialed; null: the person has none. */
  readonly e164: string | null;
  readonly phoneId: string | null;
  /** How far back the rules look. */
  readonly since: Date;
  /** The attempt that asks for itself does not count against itself. */
  readonly askingAttemptId: string | null;
}

/**
 * An entry as Postgres gives it. A list, and all of it text: for an object Postgres looks up how each
 * member is written anew in each entry.
 */
export type LedgerJson = readonly [
  id: string,
  at: string,
  direction: ContactEvent['direction'],
  state: AttemptAsContact['state'],
  result: AttemptAsContact['result'],
  code: AttemptAsContact['code'],
  /** Of a contact, or a transfer that is open or was talked on; null: it follows from how a call ended. */
  outcome: ContactEvent['outcome'] | null,
  person: string,
  /** With commas between. */
  debts: string,
  number: string,
  place: ContactEvent['place'],
  mode: ContactEvent['mode'],
  creditor: string | null,
  purpose: 'collect' | 'locate',
];

/** SQL expressions for the call to one number. */
export interface AskedOf {
  readonly debtor: string;
  readonly account: string;
  readonly creditor: string;
  /** Null: the person has none. */
  readonly e164: string;
  readonly phone: string;
}

/** SQL expressions for how far the ledger is read. */
export interface Reach {
  readonly since: string;
  /** Ids of attempts in that time, and more: the last one is not among them. */
  readonly ids: readonly [from: string, to: string];
  /** Instants of contacts, likewise. */
  readonly instants: readonly [from: string, to: string];
  readonly askingAttempt: string;
}

/** Attempts `t` that are contacts, or may become one: of those that came in the talks alone. */
const IN_LEDGER = `(t.counted or t.state <> 'ended' or (t.direction = 'in' and t.result = 'connected'))`;

const attempts = (
  { debtor, e164, phone }: AskedOf,
  { since, ids, askingAttempt }: Reach,
): string => `
  select t.id, coalesce(t.dialed_at, t.answered_at, t.created_at) as at, t.direction, t.state,
    t.result, case t.result when 'connected' then
      (select code from outcome
        where attempt_id = t.id and attempt_id >= ${ids[0]} and attempt_id < ${ids[1]}) end as code,
    null as outcome, t.debtor_id as person, t.account_id::text as debts,
    case when p.e164 = ${e164} then ${phone} else p.id end as number, p.place, 'live' as mode,
    t.creditor_id as creditor, t.purpose
  from phone p join attempt t on t.phone_id = p.id
  where (p.debtor_id = ${debtor} or p.e164 = ${e164})
    and case when t.debtor_id = ${debtor} then p.debtor_id = ${debtor} else p.e164 = ${e164} end
    and ${IN_LEDGER} and t.id >= ${ids[0]} and t.id < ${ids[1]}
    and t.created_at >= ${since} and t.id is distinct from ${askingAttempt}`;

/**
 * Transfers `x` that dial another number of the person: from the permit on, and for good once an INVITE
 * has left. One that came to no talk is what an attempt of that result is; an end that nobody has told
 * may have been anything, and counts as such.
 */
const transfers = ({ debtor, e164, phone }: AskedOf, { since }: Reach): string => `
  select x.id, coalesce(x.invited_at, x.requested_at), 'out', 'ended', x.result, null,
    case when x.answered_at is not null then 'conversation'
      when x.ended_at is null then 'reserved' when x.result is null then 'unknown' end,
    p.debtor_id, coalesce(x.account_id::text, ''),
    case when p.e164 = ${e164} then ${phone} else p.id end, p.place, 'live', x.creditor_id, 'collect'
  from phone p join call_transfer x on x.phone_id = p.id
  where (p.debtor_id = ${debtor} or p.e164 = ${e164})
    and x.decision_id is not null and (x.ended_at is null or x.invited_at is not null)
    and coalesce(x.invited_at, x.requested_at) >= ${since}`;

const contacts = ({ debtor, e164, phone }: AskedOf, { since, instants }: Reach): string => `
  select c.id, c.at, c.direction, 'ended', null, null, c.outcome,
    c.debtor_id, array_to_string(c.account_ids, ','),
    case when c.e164 = ${e164} then ${phone} else coalesce(
      (select id from phone where debtor_id = c.debtor_id and phone.e164 = c.e164), c.id) end,
    c.place, c.mode, c.creditor_id, 'collect'
  from contact c where (c.debtor_id = ${debtor} or c.e164 = ${e164})
    and c.at >= ${since} and c.at >= ${instants[0]} and c.at < ${instants[1]}`;

/**
 * The contact ledger as one call sees it, oldest first, as a list of {@link LedgerJson}: every contact
 * with this person, and with anybody on the same number, of all creditors and campaigns; a talk handed on
 * to another number of the person is one with that number. By index
 * alone. `number` is the asked phone's id wherever the number is the same, else the id of the other
 * phone.
 */
export const ledgerOf = (asked: AskedOf, reach: Reach): string => `
  select coalesce(json_agg(array[id::text, at::text, direction, state, result, code, outcome,
    person::text, debts, number::text, place, mode, creditor::text, purpose] order by at, id),
    '[]') as ledger
  from (${attempts(asked, reach)} union all ${transfers(asked, reach)}
    union all ${contacts(asked, reach)}) entry`;

/** {@link ledgerOf} one call. */
export async function readLedger(db: Queryable, request: LedgerRequest): Promise<ContactEvent[]> {
  // nothing is dated ahead: months to come, and the default partition, are left out as well
  const ids = idsSince(request.since);
  const asked = { debtor: '$1', account: '', creditor: '', e164: '$2', phone: '$3::uuid' };
  const { rows } = await db.query<{ ledger: LedgerJson[] }>(
    ledgerOf(asked, {
      since: '$4',
      ids: ['$6', '$7'],
      instants: ['$4', '$8'],
      askingAttempt: '$5',
    }),
    [
      ...[request.debtorId, request.e164, request.phoneId, request.since, request.askingAttemptId],
      ...[ids.from, ids.to, new Date(Date.now() + DAY_MS)],
    ],
  );
  return (rows[0]?.ledger ?? []).flatMap(contactEvent);
}

/** An entry as the rules want it; nothing for an attempt that never left our switch. */
export function contactEvent(entry: LedgerJson): ContactEvent[] {
  const [id, at, direction, state, result, code, known, person, debts, ...call] = entry;
  const [number, place, mode, creditor, purpose] = call;
  const outcome = known ?? contactOutcomeOf({ state, result, code });
  if (outcome === null) return [];
  return [
    {
      id,
      at: instant(at),
      outcome,
      direction,
      person,
      debts: debts === '' ? [] : debts.split(','),
      number,
      place,
      mode,
      ...(creditor === null ? {} : { creditor }),
      ...(purpose === 'locate' ? { purpose } : {}),
    },
  ];
}

/** The call for which the person's facts are read. */
export interface PersonFactsRequest {
  readonly debtorId: string;
  readonly accountId: string;
  readonly e164: string | null;
  readonly phoneId: string | null;
  readonly creditorId: string;
}

/** What the person said, and what stands against a call; as the rules want it. */
export interface PersonFacts {
  readonly consents: readonly CallConsent[];
  /** Refused times. */
  readonly preferences: readonly LocalWindow[];
  readonly holds: readonly CallHold[];
  /** The standing consent to ask this third person's number where the debtor is; null: none. */
  readonly locateConsentId: string | null;
}

/** Instants as Postgres writes them in JSON. */
export interface PersonRow {
  readonly consents: (ConsentJson | StandingJson)[];
  readonly preferences: { readonly days: number[]; readonly from: string; readonly to: string }[];
  readonly holds: HoldJson[];
}
export interface ConsentJson {
  readonly id: string;
  readonly kind: 'time' | 'frequency';
  readonly givenAt: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly windows: LocalWindow[] | null;
  readonly includesHolidays: boolean;
  readonly revokedAt: string | null;
}
/** To be called at all, and to ask a third person's number where the debtor is. */
interface StandingJson {
  readonly id: string;
  readonly kind: 'channel' | 'locate';
  readonly phoneId: string | null;
  readonly givenAt: string;
  readonly revokedAt: string | null;
  /** Valid at this moment, and not withdrawn by now. */
  readonly stands: boolean;
}
export interface HoldJson {
  readonly id: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string | null;
  readonly startsOn: string | null;
  readonly days: number | null;
  readonly debt: string | null;
  readonly ofNumber: boolean;
}

/**
 * {@link PersonRow}: consents, refused times and holds that bear on one call: those of the person, of
 * this account, of this number (whoever has it), of all creditors or this one. Under the debtor's
 * lock they are the newest: whoever writes one takes that lock too.
 */
export const personFactsOf = ({ debtor, account, creditor, e164 }: AskedOf): string => `
  select
    coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind,
        'givenAt', c.given_at, 'from', c.valid_from, 'to', c.valid_to, 'windows', c.windows,
        'includesHolidays', c.includes_holidays, 'revokedAt', w.at, 'phoneId', c.phone_id,
        'stands', coalesce(c.valid_from <= clock_timestamp(), true)
          and coalesce(c.valid_to > clock_timestamp(), true)
          and coalesce(w.at > clock_timestamp(), true)) order by c.id)
      from consent c left join consent_withdrawal w on w.consent_id = c.id
      where c.debtor_id = ${debtor} and (c.kind = 'locate' or (c.kind = 'channel'
          and c.channel = 'voice') or (c.kind in ('time', 'frequency')
          and (c.channel is null or c.channel = 'voice')))
        and (c.creditor_id is null or c.creditor_id = ${creditor})), '[]') as consents,
    coalesce((select jsonb_agg(jsonb_build_object('days', days, 'from', from_clock,
        'to', to_clock) order by id)
      from contact_preference
      where debtor_id = ${debtor} and kind = 'refused' and removed_at is null), '[]')
      as preferences,
    coalesce((select jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'from', from_at,
        'to', to_at, 'startsOn', starts_on, 'days', days, 'debt', account_id,
        'ofNumber', e164 is not null) order by id)
      from hold where lifted_at is null and (debtor_id is null and e164 = ${e164}
          or debtor_id = ${debtor} and (account_id is null or account_id = ${account})
            and (e164 is null or e164 = ${e164}))
        and (creditor_id is null or creditor_id = ${creditor})), '[]') as holds`;

/** {@link personFactsOf} one call. */
export async function readPersonFacts(
  db: Queryable,
  request: PersonFactsRequest,
): Promise<PersonFacts> {
  const asked = { debtor: '$1', account: '$2', e164: '$3', phone: '', creditor: '$4' };
  const row = one(
    await db.query<PersonRow>(personFactsOf(asked), [
      ...[request.debtorId, request.accountId, request.e164, request.creditorId],
    ]),
    'facts of a person',
  );
  return personFacts(row, request.phoneId);
}

export function personFacts(row: PersonRow, phoneId: string | null): PersonFacts {
  const standing = row.consents.filter(isStanding);
  const holds = [...row.holds, ...standing.flatMap(restriction)];
  const locate = standing.find((one) => isLocate(one) && one.phoneId === phoneId && one.stands);
  return {
    consents: row.consents.flatMap((one) => (isStanding(one) ? [] : callConsent(one))),
    preferences: row.preferences,
    holds: holds.sort((a, b) => (a.id < b.id ? -1 : 1)).map((hold) => callHold(hold, phoneId)),
    locateConsentId: locate?.id ?? null,
  };
}

const isLocate = ({ kind }: StandingJson): boolean => kind === 'locate';
const isStanding = (one: ConsentJson | StandingJson): one is StandingJson =>
  one.kind === 'channel' || one.kind === 'locate';

/**
 * Whoever takes back the consent to be called at all has restricted us as a hold would, until a
 * newer consent.
 */
function restriction(one: StandingJson, _: number, all: readonly StandingJson[]): HoldJson[] {
  const { id, revokedAt } = one;
  if (isLocate(one) || revokedAt === null) return [];
  const isNewer = (other: StandingJson): boolean =>
    !isLocate(other) &&
    other.revokedAt === null &&
    Date.parse(other.givenAt) > Date.parse(revokedAt);
  if (all.some(isNewer)) return [];
  const always = { to: null, startsOn: null, days: null, debt: null, ofNumber: false };
  return [{ id, kind: 'pdp_restriction', from: revokedAt, ...always }];
}

const instant = (text: string): string => new Date(text).toISOString();

export function callConsent(consent: ConsentJson): CallConsent[] {
  const { id, kind, from, to, windows, includesHolidays } = consent;
  const revoked = consent.revokedAt === null ? {} : { revokedAt: instant(consent.revokedAt) };
  if (kind === 'frequency') return [{ kind, id, givenAt: instant(consent.givenAt), ...revoked }];
  // the table refuses a consent of time without its windows
  if (from === null || to === null || windows === null) return [];
  return [
    { kind, id, from: instant(from), to: instant(to), windows, includesHolidays, ...revoked },
  ];
}

export function callHold(hold: HoldJson, phoneId: string | null): CallHold {
  const { id, kind, to, startsOn, days, debt } = hold;
  // the law's local dates stand alone: an instant beside them would cut the first day
  const period =
    startsOn === null
      ? { from: instant(hold.from), ...(to === null ? {} : { to: instant(to) }) }
      : { startsOn, ...(days === null ? {} : { days }) };
  return {
    id,
    kind,
    ...period,
    ...(debt === null ? {} : { debt }),
    ...(hold.ofNumber && phoneId !== null ? { number: phoneId } : {}),
  };
}
