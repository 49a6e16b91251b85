import type { CliPolicy } from '../domain/cli-policy';
import type { RoutableTrunk, TrunkRoute } from '../domain/trunk-route';
import type { Queryable } from './database';
import { IS_DOWN } from './trunk-health';
import type { TrunkCap } from './trunk-usage';

/** What the sip role needs to choose a trunk and to send an INVITE by it. */
export interface Trunk extends RoutableTrunk {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly username: string | null;
  /** See sealed-secret.ts. */
  readonly passwordSealed: Buffer | null;
  readonly maxChannels: number;
  readonly firstResponseTimeoutMs: number;
  /** It is down, and its back-off is over: one call may try it ({@link takeTrial}). */
  readonly isOnTrial: boolean;
  readonly sessionTimer: SessionTimer | null;
  readonly cliPolicy: CliPolicy;
  /** One more call could overrun it; null: none. */
  readonly capReached: TrunkCap | null;
}

/** Session timers on a trunk's calls (RFC 4028). */
export interface SessionTimer {
  readonly expiresS: number;
  /** Shorter ones of the carrier are refused, s. */
  readonly leastS: number;
}

/** Of trunk `t`; null: none. */
export const SESSION_TIMER = `case when t.session_expires_s is not null then jsonb_build_object(
  'expiresS', greatest(t.session_expires_s, t.min_session_expires_s), 'leastS', t.min_session_expires_s) end as "sessionTimer"`;

/** Of trunk `t`: what {@link routeTrunks} asks; read with {@link asRoutable}. */
const ROUTABLE = `t.id, t.priority, t.weight, t.caller_ids as "callerIds",
  t.country_codes as "countryCodes",
  t.cost_per_minute_minor as "costPerMinuteMinor",
  coalesce((select array_agg(q.caller_id) from caller_id_rest q
    where q.caller_id = any(t.caller_ids) and q.until_at > clock_timestamp()), '{}')
    as "restingCallerIds",
  spent_caller_ids(t) as "spentCallerIds",
  coalesce((select weight_factor from trunk_health where trunk_id = t.id), 1) as "weightFactor",
  coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'prefixes', r.prefixes,
      'callerIds', r.caller_ids, 'priority', r.priority,
      'costPerMinuteMinor', r.cost_per_minute_minor::text) order by r.id)
    from trunk_route r where r.trunk_id = t.id or r.group_id = t.group_id), '[]') as routes`;

/** As JSON has it: without bigint. */
type RouteRow = Omit<TrunkRoute, 'costPerMinuteMinor'> & {
  readonly costPerMinuteMinor: string | null;
};

const asRoutable = <T extends { readonly routes: readonly RouteRow[] }>(
  row: T,
): Omit<T, 'routes'> & { readonly routes: readonly TrunkRoute[] } => ({
  ...row,
  routes: row.routes.map((route) => ({
    ...route,
    costPerMinuteMinor: route.costPerMinuteMinor === null ? null : BigInt(route.costPerMinuteMinor),
  })),
});

const COLUMNS = `${ROUTABLE}, ${SESSION_TIMER}, t.host, t.port, t.transport, t.username, t.cli_policy as "cliPolicy",
  cap_reached(t.id) as "capReached",
  t.password_sealed as "passwordSealed",
  t.max_channels as "maxChannels", t.first_response_timeout_ms as "firstResponseTimeoutMs",
  exists (select from trunk_health h where h.trunk_id = t.id and h.state = 'down') as "isOnTrial"`;

/** Enabled trunks that no switch stops and that are not down; `trunkIds` null: any. */
export async function listUsableTrunks(
  db: Queryable,
  trunkIds: readonly string[] | null,
): Promise<Trunk[]> {
  const { rows } = await db.query<Omit<Trunk, 'routes'> & { routes: RouteRow[] }>(
    `select ${COLUMNS} from trunk t
     where t.enabled and ($1::uuid[] is null or t.id = any($1)) and not ${IS_DOWN}
       and not ${IS_STOPPED}
     order by t.priority, t.name`,
    [trunkIds],
  );
  return rows.map(asRoutable);
}

/** A trunk with all that could keep a call from it, for who asks without calling. */
export interface TrunkInView extends RoutableTrunk {
  readonly name: string;
  readonly enabled: boolean;
  readonly isStopped: boolean;
  readonly isDown: boolean;
  readonly capReached: TrunkCap | null;
  readonly channelsInUse: number;
  readonly maxChannels: number;
}

export async function listTrunksInView(db: Queryable): Promise<TrunkInView[]> {
  const { rows } = await db.query<Omit<TrunkInView, 'routes'> & { routes: RouteRow[] }>(
    `select ${ROUTABLE}, t.name, t.enabled, t.max_channels as "maxChannels",
       ${IS_STOPPED} as "isStopped", ${IS_DOWN} as "isDown",
       cap_reached(t.id) as "capReached",
       ${OPEN_CHANNELS}::int as "channelsInUse"
     from trunk t order by t.priority, t.name`,
  );
  return rows.map(asRoutable);
}

/** The number that an attempt or a transfer dials, E.164: it chooses the trunk. Empty: it is gone. */
export async function readDialedNumber(
  db: Queryable,
  phoneId: string,
): Promise<{ readonly e164: string; readonly operator: string | null }> {
  const { rows } = await db.query<{ e164: string; operator: string | null }>(
    `select e164, ${OPERATOR} as operator from (
       select e164 from phone where id = $1
       union all select e164 from office_number where id = $1) dialed`,
    [phoneId],
  );
  return rows[0] ?? { e164: '', operator: null };
}

/** Whose network a number is in, as the latest look-up said that still stands; null: none said. */
export async function readOperator(db: Queryable, e164: string): Promise<string | null> {
  const { rows } = await db.query<{ operator: string | null }>(
    `select ${OPERATOR} as operator from (values ($1)) dialed (e164)`,
    [e164],
  );
  return rows[0]?.operator ?? null;
}

/** Of the number `dialed.e164`, whoever has it on file. */
const OPERATOR = `(select n.operator from number_answer n join phone p on p.id = n.phone_id
  where p.e164 = dialed.e164 and n.operator is not null and n.valid_until > now()
  order by n.answered_at desc limit 1)`;

/** Is this the address of a trunk, enabled or not? Host as it is configured, any case. */
export async function isTrunkAddress(db: Queryable, host: string, port: number): Promise<boolean> {
  const { rowCount } = await db.query(
    'select 1 from trunk where lower(host) = lower($1) and port = $2 limit 1',
    [host, port],
  );
  return rowCount === 1;
}

/** Of trunk `t`, in use: see the function in migrations/0024. */
export const OPEN_CHANNELS = 'open_channels(t.id)';

/** Of trunk `t`: a kill switch of its own stands. */
const IS_STOPPED = `exists (select from kill_switch k
  where k.released_at is null and k.scope = 'trunk' and k.scope_id = t.id)`;

/** Calls a second that trunk `t` takes now: one when it has just come up, all of them a minute later. */
const RATE = `coalesce(
  (select least(t.calls_per_second, 1 + (t.calls_per_second - 1)
       * extract(epoch from clock_timestamp() - h.warm_from) / 60)
   from trunk_health h where h.trunk_id = t.id and t.calls_per_second > 1
     and h.warm_from > clock_timestamp() - interval '60 s'), t.calls_per_second)::float8`;

/** What an INVITE is for: an attempt, or the transfer of its talk to somebody who is no agent of ours. */
export interface Dialed {
  readonly attemptId: string;
  readonly transferId?: string | undefined;
}

export type InviteSlot =
  /** Wait this long, ms (0: send at once); the slot is taken. */
  | { readonly kind: 'granted'; readonly waitMs: number }
  /** The next free instant is farther off than was asked for; nothing was taken. */
  | { readonly kind: 'too_long' }
  | { readonly kind: 'channels_full' };

/**
 * Takes the next INVITE slot of a trunk: the generic cell rate algorithm with no burst, kept in
 * one row so that all sip instances share one rate, which rises slowly on a trunk that has just come
 * up. The channel count is checked as well, against the legs that are open at this moment on any
 * instance.
 */
export async function takeInviteSlot(
  db: Queryable,
  trunkId: string,
  maxWaitMs: number,
): Promise<InviteSlot> {
  const { rows } = await db.query<{ waitMs: number }>(
    `update trunk t set next_invite_at =
         greatest(t.next_invite_at, clock_timestamp()) + interval '1 s' / ${RATE}
     where t.id = $1 and t.next_invite_at <= clock_timestamp() + $2 * interval '1 ms'
       and ${OPEN_CHANNELS} < t.max_channels
     returning extract(epoch from t.next_invite_at - interval '1 s' / ${RATE}
       - clock_timestamp())::float8 * 1000 as "waitMs"`,
    [trunkId, maxWaitMs],
  );
  const taken = rows[0];
  if (taken !== undefined) return { kind: 'granted', waitMs: Math.max(0, Math.ceil(taken.waitMs)) };
  const why = await db.query<{ full: boolean }>(
    `select ${OPEN_CHANNELS} >= t.max_channels as full from trunk t where t.id = $1`,
    [trunkId],
  );
  return { kind: why.rows[0]?.full === true ? 'channels_full' : 'too_long' };
}

/**
 * Opens the customer's leg on a trunk, the last thing before its INVITE; two calls never take the
 * last channel, nor what is left of a cap or of a number's limit. Null: one of them is missing, the trunk may not call that
 * country, the permit no longer holds, or a kill switch was pulled, and nothing may leave.
 */
export async function openCustomerLeg(
  db: Queryable,
  input: {
    readonly callId: string;
    readonly trunkId: string;
    /** Of the way that the trunk was chosen for; absent: the trunk's own. */
    readonly costPerMinuteMinor?: bigint;
    /** The number that it shows, E.164; absent: none that is counted. */
    readonly callerId?: string;
  } & Dialed,
): Promise<string | null> {
  const { attemptId, transferId = null, callId, trunkId, costPerMinuteMinor: cost = null } = input;
  const { rows } = await db.query<{ id: string | null }>(
    'select open_shown_leg($1, $2, $3, $4, $5, $6) as id',
    [attemptId, transferId, callId, trunkId, cost, input.callerId ?? null],
  );
  return rows[0]?.id ?? null;
}

/** May the attempt, or the number of its transfer, still be dialed? Asked before another trunk is looked for. */
export async function readPermit(
  db: Queryable,
  { attemptId, transferId }: Dialed,
): Promise<'holds' | 'over' | 'kill_switch'> {
  const { rows } = await db.query<{ holds: boolean; stopped: boolean }>(
    `select case when $2::uuid is null then a.state = 'dialing' and (select d.expires_at from decision d
           where d.id = coalesce(a.invite_decision_id, a.decision_id)) > clock_timestamp()
         else exists (select from call_transfer x where x.id = $2 and x.state = 'reaching') end as holds,
       exists (select 1 from kill_switch k where k.released_at is null
         and (k.scope = 'all' or (k.scope = 'creditor' and k.scope_id = a.creditor_id)
           or (k.scope = 'campaign' and k.scope_id = a.campaign_id))) as stopped
     from attempt a where a.id = $1`,
    [attemptId, transferId ?? null],
  );
  if (rows[0]?.stopped === true) return 'kill_switch';
  return rows[0]?.holds === true ? 'holds' : 'over';
}
