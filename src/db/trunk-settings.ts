import type { CliPolicy } from '../domain/cli-policy';
import { one, type Queryable, type Transaction } from './database';
import { pageFetch, toPage, type Page, type PageRequest } from './page';
import { forgetTrunkHealth } from './trunk-health';

/** A trunk as it is administered; its password never leaves the database unsealed. */
export interface TrunkSettings {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** How the carrier knows us: by our address, or because we register there. */
  readonly auth: 'ip' | 'register';
  readonly username: string | null;
  readonly hasPassword: boolean;
  /** E.164; the first is used where a campaign names none. */
  readonly callerIds: string[];
  /** Lower is tried first. */
  readonly priority: number;
  readonly callsPerSecond: number;
  readonly maxChannels: number;
  readonly firstResponseTimeoutMs: number;
  readonly enabled: boolean;
  /** Trunks that stand for each other; null: none. */
  readonly groupId: string | null;
  /** Share among trunks that are equally good for a number. */
  readonly weight: number;
  /** From one OPTIONS to the next, ms; null: it is not asked. */
  readonly optionsIntervalMs: number | null;
  /** How long a call stands without a refresh (RFC 4028), s; null: for ever. */
  readonly sessionExpiresS: number | null;
  /** Shorter ones of the carrier are refused, s. */
  readonly minSessionExpiresS: number;
  readonly cliPolicy: CliPolicy;
  /** Of E.164, without +: whose numbers may be called. */
  readonly countryCodes: string[];
  /** ISO 4217, of the cost a minute and the caps on spend. */
  readonly costCurrency: string;
  /** An answered call is billed by the first and then by each next seconds begun. */
  readonly billingFirstS: number;
  readonly billingNextS: number;
  /** Minor units, as text; null: no cap. */
  readonly dailySpendCapMinor: string | null;
  readonly monthlySpendCapMinor: string | null;
  readonly dailyMinutesCap: number | null;
  readonly monthlyMinutesCap: number | null;
  /** A call that runs counts as so many until it has ended. */
  readonly callLeaseMinutes: number;
  /** So many calls a day may show one of its numbers; null: as many as there are. */
  readonly callsPerCallerIdPerDay: number | null;
  /** Minor units of `costCurrency`, as text. */
  readonly costPerMinuteMinor: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `id, name, host, port, transport, auth, username,
  password_sealed is not null as "hasPassword", caller_ids as "callerIds", priority,
  calls_per_second::float8 as "callsPerSecond", max_channels as "maxChannels",
  first_response_timeout_ms as "firstResponseTimeoutMs", enabled,
  cost_per_minute_minor::text as "costPerMinuteMinor", created_at as "createdAt",
  updated_at as "updatedAt", options_interval_ms as "optionsIntervalMs",
  group_id as "groupId", weight, session_expires_s as "sessionExpiresS",
  min_session_expires_s as "minSessionExpiresS", cli_policy as "cliPolicy",
  country_codes as "countryCodes",
  cost_currency as "costCurrency",
  billing_first_s as "billingFirstS",
  billing_next_s as "billingNextS",
  daily_spend_cap_minor::text as "dailySpendCapMinor",
  monthly_spend_cap_minor::text as "monthlySpendCapMinor",
  daily_minutes_cap as "dailyMinutesCap",
  monthly_minutes_cap as "monthlyMinutesCap",
  call_lease_minutes as "callLeaseMinutes",
  calls_per_caller_id_per_day as "callsPerCallerIdPerDay"`;

/** What a person sets. `undefined` leaves a field as it is. */
export interface TrunkChange {
  readonly name?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly transport?: 'udp' | 'tcp' | 'tls' | undefined;
  readonly auth?: 'ip' | 'register' | undefined;
  readonly username?: string | null | undefined;
  readonly passwordSealed?: Buffer | null | undefined;
  readonly callerIds?: readonly string[] | undefined;
  readonly priority?: number | undefined;
  readonly callsPerSecond?: number | undefined;
  readonly maxChannels?: number | undefined;
  readonly firstResponseTimeoutMs?: number | undefined;
  readonly enabled?: boolean | undefined;
  readonly costPerMinuteMinor?: string | undefined;
  readonly optionsIntervalMs?: number | null | undefined;
  readonly groupId?: string | null | undefined;
  readonly weight?: number | undefined;
  readonly sessionExpiresS?: number | null | undefined;
  readonly minSessionExpiresS?: number | undefined;
  readonly cliPolicy?: CliPolicy | undefined;
  readonly countryCodes?: readonly string[] | undefined;
  readonly costCurrency?: string | undefined;
  readonly billingFirstS?: number | undefined;
  readonly billingNextS?: number | undefined;
  readonly dailySpendCapMinor?: string | null | undefined;
  readonly monthlySpendCapMinor?: string | null | undefined;
  readonly dailyMinutesCap?: number | null | undefined;
  readonly monthlyMinutesCap?: number | null | undefined;
  readonly callLeaseMinutes?: number | undefined;
  readonly callsPerCallerIdPerDay?: number | null | undefined;
}

const COLUMN_OF: Record<keyof TrunkChange, string> = {
  name: 'name',
  host: 'host',
  port: 'port',
  transport: 'transport',
  auth: 'auth',
  username: 'username',
  passwordSealed: 'password_sealed',
  callerIds: 'caller_ids',
  priority: 'priority',
  callsPerSecond: 'calls_per_second',
  maxChannels: 'max_channels',
  firstResponseTimeoutMs: 'first_response_timeout_ms',
  enabled: 'enabled',
  costPerMinuteMinor: 'cost_per_minute_minor',
  optionsIntervalMs: 'options_interval_ms',
  groupId: 'group_id',
  weight: 'weight',
  sessionExpiresS: 'session_expires_s',
  minSessionExpiresS: 'min_session_expires_s',
  cliPolicy: 'cli_policy',
  countryCodes: 'country_codes',
  costCurrency: 'cost_currency',
  billingFirstS: 'billing_first_s',
  billingNextS: 'billing_next_s',
  dailySpendCapMinor: 'daily_spend_cap_minor',
  monthlySpendCapMinor: 'monthly_spend_cap_minor',
  dailyMinutesCap: 'daily_minutes_cap',
  monthlyMinutesCap: 'monthly_minutes_cap',
  callLeaseMinutes: 'call_lease_minutes',
  callsPerCallerIdPerDay: 'calls_per_caller_id_per_day',
};

/** Columns and values that are set; the column names come from the table above alone. */
function assignments(change: TrunkChange): { columns: string[]; values: unknown[] } {
  const set = (Object.keys(COLUMN_OF) as (keyof TrunkChange)[]).filter(
    (field) => change[field] !== undefined,
  );
  return { columns: set.map((field) => COLUMN_OF[field]), values: set.map((f) => change[f]) };
}

export async function createTrunk(
  tx: Transaction,
  input: TrunkChange & Required<Pick<TrunkChange, 'name' | 'host' | 'callerIds'>>,
): Promise<TrunkSettings> {
  const { columns, values } = assignments(input);
  const places = values.map((_value, index) => `$${index + 1}`);
  return one(
    await tx.query<TrunkSettings>(
      `insert into trunk (${columns.join(', ')}) values (${places.join(', ')})
       returning ${COLUMNS}`,
      values,
    ),
    'new trunk',
  );
}

/** What is known of a trunk's health is known of it as it was reached. */
const REACHED_BY = ['host', 'port', 'transport', 'enabled', 'optionsIntervalMs'] as const;

export async function updateTrunk(
  tx: Transaction,
  id: string,
  change: TrunkChange,
): Promise<TrunkSettings | null> {
  if (REACHED_BY.some((field) => change[field] !== undefined)) await forgetTrunkHealth(tx, id);
  const { columns, values } = assignments(change);
  const sets = columns.map((column, index) => `${column} = $${index + 2}`);
  const { rows } = await tx.query<TrunkSettings>(
    `update trunk set ${[...sets, 'updated_at = now()'].join(', ')} where id = $1
     returning ${COLUMNS}`,
    [id, ...values],
  );
  return rows[0] ?? null;
}

/**
 * Deletes a trunk that no call went over. Its lock comes first: whoever sends a call over a trunk
 * holds it too, and attempts have no foreign key to it.
 */
export async function deleteTrunk(
  tx: Transaction,
  id: string,
): Promise<'deleted' | 'absent' | 'in_use'> {
  const locked = await tx.query('select from trunk where id = $1 for update', [id]);
  if (locked.rowCount === 0) return 'absent';
  const { rowCount } = await tx.query(
    `delete from trunk where id = $1 and not exists (select from attempt where trunk_id = $1)
       and not exists (select from call_leg where trunk_id = $1)`,
    [id],
  );
  return rowCount === 1 ? 'deleted' : 'in_use';
}

export async function findTrunkSettings(db: Queryable, id: string): Promise<TrunkSettings | null> {
  const { rows } = await db.query<TrunkSettings>(`select ${COLUMNS} from trunk where id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

export async function listTrunkSettings(
  db: Queryable,
  page: PageRequest,
): Promise<Page<TrunkSettings>> {
  const { rows } = await db.query<TrunkSettings>(
    `select ${COLUMNS} from trunk where ($1::uuid is null or id < $1) order by id desc limit $2`,
    [page.beforeId, pageFetch(page)],
  );
  return toPage(rows, page);
}
