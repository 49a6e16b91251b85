import type { CallConsent, CallHold, ContactEvent, LocalWindow } from '../domain/call-facts';
import { contactOutcomeOf, type AttemptAsContact } from '../domain/contact-outcome';
import type { Queryable } from './database';
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

interface LedgerRow extends AttemptAsContact {
  readonly id: string;
  readonly at: Date;
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

const ATTEMPT = `t.id, coalesce(t.dialed_at, t.created_at) as at, 'out' as direction, t.state,
    t.result, case t.result when 'connected' then
      (select code from outcome
        where attempt_id = t.id and attempt_id >= $6 and attempt_id < $7) end as code,
    null as outcome, t.debtor_id as person, array[t.account_id] as debts,
    case when p.e164 = $2 then $3::uuid else p.id end as number, p.place, 'live' as mode,
    t.creditor_id as creditor, t.purpose
  from phone p join attempt t on t.phone_id = p.id
  where (t.counted or t.state <> 'ended') and t.id >= $6 and t.id < $7 and t.created_at >= $4
    and t.id is distinct from $5`;

const CONTACT = `c.id, c.at, c.direction, 'ended' as state, null as result, null as code, c.outcome,
    c.debtor_id as person, c.account_ids as debts,
    case when c.e164 = $2 then $3::uuid else coalesce(
      (select id from phone where debtor_id = c.debtor_id and phone.e164 = c.e164), c.id) end
      as number,
    c.place, c.mode, c.creditor_id as creditor, 'collect' as purpose
  from contact c where c.at >= $4 and c.at < $8`;

/**
 * The contact ledger as one call sees it, oldest first: every contact with this person, and with
 * anybody on the same number, of all creditors and campaigns. One statement, by index alone.
 * `number` is the asked phone's id wherever the number is the same, else the id of the other phone.
 */
export async function readLedger(db: Queryable, request: LedgerRequest): Promise<ContactEvent[]> {
  // nothing is dated ahead: months to come, and the default partition, are left out as well
  const ids = idsSince(request.since);
  const { rows } = await db.query<LedgerRow>(
    `select ${ATTEMPT} and t.debtor_id = $1 and p.debtor_id = $1
     union all
     select ${ATTEMPT} and t.debtor_id <> $1 and p.e164 = $2
     union all
     select ${CONTACT} and c.debtor_id = $1
     union all
     select ${CONTACT} and c.debtor_id <> $1 and c.e164 = $2
     order by at, id`,
    [
      ...[request.debtorId, request.e164, request.phoneId, request.since, request.askingAttemptId],
      ...[ids.from, ids.to, new Date(Date.now() + DAY_MS)],
    ],
  );
  return rows.flatMap((row) => {
    const outcome = row.outcome ?? contactOutcomeOf(row);
    return outcome === null ? [] : [contactEvent(row, outcome)];
  });
}

function contactEvent(row: LedgerRow, outcome: ContactEvent['outcome']): ContactEvent {
  const { id, direction, person, debts, number, place, mode, creditor } = row;
  return {
    id,
    at: row.at.toISOString(),
    outcome,
    direction,
    person,
    debts,
    number,
    place,
    mode,
    ...(creditor === null ? {} : { creditor }),
    ...(row.purpose === 'locate' ? { purpose: row.purpose } : {}),
  };
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
interface PersonRow {
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
const HOLDS = `select ${HOLD_COLUMNS} from hold where debtor_id = $1 and lifted_at is null
    and (account_id is null or account_id = $2) and (e164 is null or e164 = $3)
    and (creditor_id is null or creditor_id = $5)
  union all
  select ${HOLD_COLUMNS} from hold where debtor_id is null and e164 = $3 and lifted_at is null
    and (creditor_id is null or creditor_id = $5)
  union all
  select c.id, 'pdp_restriction', w.at, null, null, null, null, false
  from consent c join consent_withdrawal w on w.consent_id = c.id
  where c.debtor_id = $1 and c.kind = 'channel' and c.channel = 'voice'
    and (c.creditor_id is null or c.creditor_id = $5)
    and not exists (select from consent n left join consent_withdrawal nw on nw.consent_id = n.id
      where n.debtor_id = $1 and n.kind = 'channel' and n.channel = 'voice' and nw.at is null
        and (n.creditor_id is null or n.creditor_id = $5) and n.given_at > w.at)`;

/**
 * Consents, refused times and holds that bear on one call: those of the person, of this account, of
 * this number (whoever has it), of all creditors or this one. Under the debtor's lock they are the
 * newest: whoever writes one takes that lock too.
 */
export async function readPersonFacts(
  db: Queryable,
  request: PersonFactsRequest,
): Promise<PersonFacts> {
  const { rows } = await db.query<PersonRow>(
    `select
       coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind,
           'givenAt', c.given_at, 'from', c.valid_from, 'to', c.valid_to, 'windows', c.windows,
           'includesHolidays', c.includes_holidays, 'revokedAt', w.at) order by c.id)
         from consent c left join consent_withdrawal w on w.consent_id = c.id
         where c.debtor_id = $1 and c.kind in ('time', 'frequency')
           and (c.channel is null or c.channel = 'voice')
           and (c.creditor_id is null or c.creditor_id = $5)), '[]') as consents,
       coalesce((select jsonb_agg(jsonb_build_object('days', days, 'from', from_clock,
           'to', to_clock) order by id)
         from contact_preference
         where debtor_id = $1 and kind = 'refused' and removed_at is null), '[]') as preferences,
       coalesce((select jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'from', from_at,
           'to', to_at, 'startsOn', starts_on, 'days', days, 'debt', account_id,
           'ofNumber', of_number) order by id)
         from (${HOLDS}) h), '[]') as holds,
       (select c.id from consent c
         where c.debtor_id = $1 and c.kind = 'locate' and c.phone_id = $4
           and (c.creditor_id is null or c.creditor_id = $5)
           and coalesce(c.valid_from <= clock_timestamp(), true)
           and coalesce(c.valid_to > clock_timestamp(), true)
           and not exists (select from consent_withdrawal where consent_id = c.id
             and at <= clock_timestamp())
         order by c.id limit 1) as "locateConsentId"`,
    [request.debtorId, request.accountId, request.e164, request.phoneId, request.creditorId],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('no facts');
  return {
    consents: row.consents.flatMap(callConsent),
    preferences: row.preferences,
    holds: row.holds.map((hold) => callHold(hold, request.phoneId)),
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
