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

/** An entry as Postgres writes it in JSON. */
export interface LedgerJson extends AttemptAsContact {
  readonly id: string;
  readonly at: string;
  readonly direction: ContactEvent['direction'];
  /** Of a contact; null: an attempt, whose outcome follows from how it ended. */
  readonly outcome: ContactEvent['outcome'] | null;
  readonly person: string;
  readonly debts: readonly string[];
  readonly number: string;
  readonly place: ContactEvent['place'];
  readonly mode: ContactEvent['mode'];
  readonly creditor: string | null;
  readonly purpose: 'collect' | 'locate';
}

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

const attempts = ({ e164, phone }: AskedOf, { since, ids, askingAttempt }: Reach): string => `
  select t.id, coalesce(t.dialed_at, t.created_at) as at, 'out' as direction, t.state,
    t.result, case t.result when 'connected' then
      (select code from outcome
        where attempt_id = t.id and attempt_id >= ${ids[0]} and attempt_id < ${ids[1]}) end as code,
    null as outcome, t.debtor_id as person, array[t.account_id] as debts,
    case when p.e164 = ${e164} then ${phone} else p.id end as number, p.place, 'live' as mode,
    t.creditor_id as creditor, t.purpose
  from phone p join attempt t on t.phone_id = p.id
  where (t.counted or t.state <> 'ended') and t.id >= ${ids[0]} and t.id < ${ids[1]}
    and t.created_at >= ${since} and t.id is distinct from ${askingAttempt}`;

const contacts = ({ e164, phone }: AskedOf, { since, instants }: Reach): string => `
  select c.id, c.at, c.direction, 'ended' as state, null as result, null as code, c.outcome,
    c.debtor_id as person, c.account_ids as debts,
    case when c.e164 = ${e164} then ${phone} else coalesce(
      (select id from phone where debtor_id = c.debtor_id and phone.e164 = c.e164), c.id) end
      as number,
    c.place, c.mode, c.creditor_id as creditor, 'collect' as purpose
  from contact c where c.at >= ${since} and c.at >= ${instants[0]} and c.at < ${instants[1]}`;

/**
 * The contact ledger as one call sees it, oldest first, as a list of {@link LedgerJson}: every contact
 * with this person, and with anybody on the same number, of all creditors and campaigns. By index
 * alone. `number` is the asked phone's id wherever the number is the same, else the id of the other
 * phone.
 */
export const ledgerOf = (asked: AskedOf, reach: Reach): string => `
  select coalesce(json_agg(entry order by entry.at, entry.id), '[]') as ledger from (
    ${attempts(asked, reach)} and t.debtor_id = ${asked.debtor} and p.debtor_id = ${asked.debtor}
    union all
    ${attempts(asked, reach)} and t.debtor_id <> ${asked.debtor} and p.e164 = ${asked.e164}
    union all
    ${contacts(asked, reach)} and c.debtor_id = ${asked.debtor}
    union all
    ${contacts(asked, reach)} and c.debtor_id <> ${asked.debtor} and c.e164 = ${asked.e164}
  ) entry`;

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
  const { id, direction, person, debts, number, place, mode, creditor, purpose } = entry;
  const outcome = entry.outcome ?? contactOutcomeOf(entry);
  if (outcome === null) return [];
  return [
    {
      id,
      at: instant(entry.at),
      outcome,
      direction,
      person,
      debts,
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
  readonly consents: ConsentJson[];
  readonly preferences: { readonly days: number[]; readonly from: string; readonly to: string }[];
  readonly holds: HoldJson[];
  readonly locateConsentId: string | null;
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

const HOLD_COLUMNS = `id, kind, from_at, to_at, starts_on, days, account_id,
  e164 is not null as of_number`;

/**
 * Whoever takes back the consent to be called at all has restricted us as a hold would, until a
 * newer consent.
 */
const holds = ({ debtor, account, creditor, e164 }: AskedOf): string => `
  select ${HOLD_COLUMNS} from hold where debtor_id = ${debtor} and lifted_at is null
    and (account_id is null or account_id = ${account}) and (e164 is null or e164 = ${e164})
    and (creditor_id is null or creditor_id = ${creditor})
  union all
  select ${HOLD_COLUMNS} from hold where debtor_id is null and e164 = ${e164} and lifted_at is null
    and (creditor_id is null or creditor_id = ${creditor})
  union all
  select c.id, 'pdp_restriction', w.at, null, null, null, null, false
  from consent c join consent_withdrawal w on w.consent_id = c.id
  where c.debtor_id = ${debtor} and c.kind = 'channel' and c.channel = 'voice'
    and (c.creditor_id is null or c.creditor_id = ${creditor})
    and not exists (select from consent n left join consent_withdrawal nw on nw.consent_id = n.id
      where n.debtor_id = ${debtor} and n.kind = 'channel' and n.channel = 'voice' and nw.at is null
        and (n.creditor_id is null or n.creditor_id = ${creditor}) and n.given_at > w.at)`;

/**
 * {@link PersonRow}: consents, refused times and holds that bear on one call: those of the person, of
 * this account, of this number (whoever has it), of all creditors or this one. Under the debtor's
 * lock they are the newest: whoever writes one takes that lock too.
 */
export const personFactsOf = (asked: AskedOf): string => `
  select
    coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind,
        'givenAt', c.given_at, 'from', c.valid_from, 'to', c.valid_to, 'windows', c.windows,
        'includesHolidays', c.includes_holidays, 'revokedAt', w.at) order by c.id)
      from consent c left join consent_withdrawal w on w.consent_id = c.id
      where c.debtor_id = ${asked.debtor} and c.kind in ('time', 'frequency')
        and (c.channel is null or c.channel = 'voice')
        and (c.creditor_id is null or c.creditor_id = ${asked.creditor})), '[]') as consents,
    coalesce((select jsonb_agg(jsonb_build_object('days', days, 'from', from_clock,
        'to', to_clock) order by id)
      from contact_preference
      where debtor_id = ${asked.debtor} and kind = 'refused' and removed_at is null), '[]')
      as preferences,
    coalesce((select jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'from', from_at,
        'to', to_at, 'startsOn', starts_on, 'days', days, 'debt', account_id,
        'ofNumber', of_number) order by id)
      from (${holds(asked)}) h), '[]') as holds,
    (select c.id from consent c
      where c.debtor_id = ${asked.debtor} and c.kind = 'locate' and c.phone_id = ${asked.phone}
        and (c.creditor_id is null or c.creditor_id = ${asked.creditor})
        and coalesce(c.valid_from <= clock_timestamp(), true)
        and coalesce(c.valid_to > clock_timestamp(), true)
        and not exists (select from consent_withdrawal where consent_id = c.id
          and at <= clock_timestamp())
      order by c.id limit 1) as "locateConsentId"`;

/** {@link personFactsOf} one call. */
export async function readPersonFacts(
  db: Queryable,
  request: PersonFactsRequest,
): Promise<PersonFacts> {
  const asked = { debtor: '$1', account: '$2', e164: '$3', phone: '$4', creditor: '$5' };
  const row = one(
    await db.query<PersonRow>(personFactsOf(asked), [
      ...[request.debtorId, request.accountId, request.e164],
      ...[request.phoneId, request.creditorId],
    ]),
    'facts of a person',
  );
  return personFacts(row, request.phoneId);
}

export function personFacts(row: PersonRow, phoneId: string | null): PersonFacts {
  return {
    consents: row.consents.flatMap(callConsent),
    preferences: row.preferences,
    holds: row.holds.map((hold) => callHold(hold, phoneId)),
    locateConsentId: row.locateConsentId,
  };
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
