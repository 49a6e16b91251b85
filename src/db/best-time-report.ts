import type { HeatCell } from '../domain/heat-cell';
import type { PeopleSums } from '../domain/people-sums';
import { type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { IN_CONTROL, OBJECTS } from './moment-facts';

/** One of the two: the report is of a campaign, or of all of a creditor's. */
export interface ReportScope {
  readonly creditorId: string | null;
  readonly campaignId: string | null;
  readonly since: Date;
}

const NOBODY: PeopleSums = {
  people: 0,
  dials: 0,
  contacts: 0,
  dialsSquared: 0,
  contactsSquared: 0,
  dialsContacts: 0,
};

/** Calls that the program chose, which reached the network; calls that an agent or the person asked for are not. */
const CHOSEN = `t.counted and t.state = 'ended' and t.purpose = 'collect' and t.mode not in ('manual', 'callback')
  and t.result not in ('cancelled', 'network_failure') and t.id >= first_id_at($3)
  and ($1::uuid is null or t.creditor_id = $1) and ($2::uuid is null or t.campaign_id = $2)`;

/** The control group beside everybody else; who objects to profiling is in neither. */
export async function readUpliftSums(
  db: Queryable,
  scope: ReportScope,
): Promise<{ readonly model: PeopleSums; readonly control: PeopleSums }> {
  const { rows } = await db.query<PeopleSums & { control: boolean }>(
    `with person as (
       select t.debtor_id, t.creditor_id, count(*) as dials,
         count(*) filter (where o.code like 'RPC\\_%') as contacts
       from attempt t left join outcome o on o.attempt_id = t.id
       where ${CHOSEN} group by 1, 2)
     select ${IN_CONTROL} as control, count(*)::int as people, sum(dials)::float8 as dials,
       sum(contacts)::float8 as contacts, sum(dials * dials)::float8 as "dialsSquared",
       sum(contacts * contacts)::float8 as "contactsSquared",
       sum(dials * contacts)::float8 as "dialsContacts"
     from person p join debtor d on d.id = p.debtor_id join creditor cr on cr.id = p.creditor_id
     where not ${OBJECTS} group by 1`,
    [scope.creditorId, scope.campaignId, scope.since],
  );
  const sums = (control: boolean): PeopleSums => {
    const found = rows.find((row) => row.control === control);
    if (found === undefined) return NOBODY;
    const { control: _group, ...rest } = found;
    return rest;
  };
  return { model: sums(false), control: sums(true) };
}

/** Weekday and hour on the wall clocks of the people called. */
export async function readHeatMap(db: Queryable, scope: ReportScope): Promise<HeatCell[]> {
  const { rows } = await db.query<HeatCell>(
    `select ((e.wall_minute / 1440 + 3) % 7 + 1) as weekday, (e.wall_minute % 1440 / 60) as hour,
       count(*)::int as dials, count(*) filter (where e.kind <> 'nobody')::int as answered,
       count(*) filter (where e.kind = 'right_party')::int as "rightParty",
       count(*) filter (where exists (select from promise k
         where k.attempt_id = e.attempt_id and k.state = 'kept'))::int as "promisesKept"
     from best_time_evidence e
     where e.attempt_id >= first_id_at($3) and ($1::uuid is null or e.creditor_id = $1)
       and ($2::uuid is null or e.campaign_id = $2)
     group by 1, 2 order by 1, 2`,
    [scope.creditorId, scope.campaignId, scope.since],
  );
  return rows;
}

/** Creditors that were dialed for lately. */
export async function listDialedCreditors(db: Queryable, since: Date): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from creditor c where exists (select from campaign k
       where k.creditor_id = c.id and exists (select from attempt t
         where t.campaign_id = k.id and t.id >= first_id_at($1)))`,
    [since],
  );
  return rows.map(({ id }) => id);
}

/**
 * Keeps whether a creditor's model brings fewer contacts than its control group, and tells it when
 * that begins. @returns whether it began now
 */
export async function tellUplift(
  tx: Transaction,
  creditorId: string,
  found: {
    readonly negative: boolean;
    readonly per1000: number | null;
    readonly low: number | null;
    readonly high: number | null;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into best_time_alarm as a (creditor_id, negative) values ($1, $2)
     on conflict (creditor_id) do update set negative = excluded.negative, changed_at = now()
       where a.negative <> excluded.negative`,
    [creditorId, found.negative],
  );
  if (rowCount !== 1 || !found.negative) return false;
  const { per1000, low, high } = found;
  await appendEvent(tx, {
    type: 'best_time.fell_behind',
    creditorId,
    payload: { creditorId, per1000, low, high },
  });
  return true;
}
