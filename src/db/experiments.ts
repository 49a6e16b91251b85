import type {
  Arm,
  Experiment,
  ExperimentMetric,
  ExperimentState,
} from '../domain/campaign-document/experiment';
import { recordAudit } from './audit';
import { booksDate, BOOKS_DATE } from './books-date';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import type { Split } from './experiment-arm';
import { idsSince } from './new-id';

/** An experiment as it was registered, and as it stands. */
export interface ExperimentRow {
  readonly id: string;
  readonly campaignId: string;
  readonly creditorId: string;
  readonly name: string;
  readonly definition: Experiment;
  readonly campaignVersion: number;
  readonly registeredBy: string;
  readonly registeredAt: Date;
  readonly state: ExperimentState;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  /** As dialer/experiment/sequential-test.ts left it; null: nobody has counted. */
  readonly test: object | null;
  readonly lookedAt: Date | null;
}

const SELECT = `select e.id, e.campaign_id as "campaignId", c.creditor_id as "creditorId", e.name,
    e.definition, e.campaign_version as "campaignVersion", e.registered_by as "registeredBy",
    e.registered_at as "registeredAt", e.state, e.ended_at as "endedAt", e.ended_by as "endedBy",
    e.test, e.looked_at as "lookedAt"
  from experiment e join campaign c on c.id = e.campaign_id`;

/** Newest first. */
export async function listExperiments(db: Queryable, campaignId: string): Promise<ExperimentRow[]> {
  const { rows } = await db.query<ExperimentRow>(
    `${SELECT} where e.campaign_id = $1 order by e.id desc`,
    [campaignId],
  );
  return rows;
}

export async function findExperiment(db: Queryable, id: string): Promise<ExperimentRow | null> {
  const { rows } = await db.query<ExperimentRow>(`${SELECT} where e.id = $1`, [id]);
  return rows[0] ?? null;
}

/** Of campaigns that were started. */
export async function listRunningExperiments(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select e.id from experiment e join campaign c on c.id = e.campaign_id
     where e.state = 'running' and c.state not in ('draft', 'ready') order by e.id`,
  );
  return rows.map(({ id }) => id);
}

/** The experiment while it runs, locked; null: it does not, or somebody else looks at it. */
export async function lockRunningExperiment(
  tx: Transaction,
  id: string,
): Promise<ExperimentRow | null> {
  const { rows } = await tx.query<ExperimentRow>(
    `${SELECT} where e.id = $1 and e.state = 'running' for update of e skip locked`,
    [id],
  );
  return rows[0] ?? null;
}

/** Today's date of the books. */
export async function readBooksDate(db: Queryable): Promise<string> {
  return one(await db.query<{ date: string }>(`select ${BOOKS_DATE}::text as date`), 'date').date;
}

/** Registers it: from the commit on the campaign's people are called by their lots. */
export async function insertExperiment(
  tx: Transaction,
  input: Pick<ExperimentRow, 'campaignId' | 'campaignVersion' | 'definition' | 'registeredBy'>,
): Promise<void> {
  await tx.query(
    `insert into experiment (campaign_id, name, definition, campaign_version, registered_by)
     values ($1, $2, $3, $4, $5)`,
    [
      input.campaignId,
      input.definition.name,
      JSON.stringify(input.definition),
      input.campaignVersion,
      input.registeredBy,
    ],
  );
}

/** Forgets those of a campaign that was never started: nobody was called under them. */
export async function deleteExperiments(tx: Transaction, campaignId: string): Promise<void> {
  await tx.query('delete from experiment where campaign_id = $1', [campaignId]);
}

/** Whom the campaign calls otherwise from the commit on; null: nobody. */
export async function setSplit(
  tx: Transaction,
  campaignId: string,
  split: Split | null,
): Promise<void> {
  await tx.query('update campaign set split = $2 where id = $1', [
    campaignId,
    split === null ? null : JSON.stringify(split),
  ]);
}

/** What is told of an end: to the event, and to the audit trail. */
export interface ExperimentEnd {
  readonly state: Exclude<ExperimentState, 'running'>;
  /** `scheduler`, or who took it out of the document. */
  readonly actor: string;
  readonly figures: Readonly<Record<string, unknown>>;
}

/**
 * Closes it for good: everybody is called as the champion from the commit on.
 * The caller holds the campaign's lock. @returns whether it ran still
 */
export async function endExperiment(
  tx: Transaction,
  experiment: ExperimentRow,
  { state, actor, figures }: ExperimentEnd,
): Promise<boolean> {
  const { id, campaignId, creditorId, name } = experiment;
  const { rowCount } = await tx.query(
    `update experiment set state = $2, ended_at = clock_timestamp(), ended_by = $3
     where id = $1 and state = 'running'`,
    [id, state, actor],
  );
  if (rowCount !== 1) return false;
  await setSplit(tx, campaignId, null);
  const ended = { experimentId: id, campaignId, name, state, ...figures };
  await appendEvent(tx, { type: 'experiment.ended', creditorId, campaignId, payload: ended });
  await recordAudit(tx, {
    creditorId,
    actor,
    action: 'experiment.ended',
    subject: 'experiment',
    subjectId: id,
    before: { state: 'running' },
    after: ended,
    reason: null,
  });
  return true;
}

const HOUR_MS = 3_600_000;

/**
 * Puts down whom the program has called under it since the last look, by the first call; a person who
 * is there already stays as is. An attempt is dialed within the hour of its reservation.
 */
export async function enrolDialed(tx: Transaction, experiment: ExperimentRow): Promise<void> {
  const since = experiment.lookedAt ?? experiment.registeredAt;
  const ids = idsSince(new Date(since.getTime() - HOUR_MS));
  await tx.query(
    `with looked as (update experiment set looked_at = now() where id = $1)
     insert into experiment_person (experiment_id, debtor_id, arm, first_dialed_at)
     select distinct on (t.debtor_id) $1, t.debtor_id, t.choice->'experiment'->>'arm', t.dialed_at
     from attempt t
     where t.campaign_id = $2 and t.id >= $3 and t.id < $4 and t.counted and t.dialed_at is not null
       and t.choice->'experiment'->>'name' = $5
     order by t.debtor_id, t.dialed_at
     on conflict (experiment_id, debtor_id) do nothing`,
    [experiment.id, experiment.campaignId, ids.from, ids.to, experiment.name],
  );
}

/** A dial of the person `p` by campaign $2 within the days $4, whose outcome is so. */
const dialed = (condition: string): string => `exists (
  select from attempt t join outcome o on o.attempt_id = t.id
  where t.debtor_id = p.debtor_id and t.campaign_id = $2 and t.counted and ${condition}
    and t.id >= first_id_at(p.first_dialed_at - interval '1 hour')
    and t.id < first_id_at(p.first_dialed_at + $4 * interval '1 day')
    and t.dialed_at >= p.first_dialed_at
    and o.recorded_at < p.first_dialed_at + $4 * interval '1 day')`;

/** When each metric is true of a person `p`; the one definition, in this file alone. */
const METRICS: Readonly<Record<ExperimentMetric, string>> = {
  right_party_percent: dialed(`o.code like 'RPC\\_%'`),
  promise_percent: dialed(`o.code = 'RPC_PTP'`),
  paid_percent: `exists (
    select from payment_date y left join account a on a.id = y.account_id
      join campaign c on c.id = $2
    where y.debtor_id = p.debtor_id and coalesce(a.creditor_id, c.creditor_id) = c.creditor_id
      and y.paid_on >= ${booksDate('p.first_dialed_at')}
      and y.paid_on < ${booksDate('p.first_dialed_at')} + $4::int)`,
};

/** Persons that one transaction counts. */
export const SETTLED_AT_ONCE = 5_000;

/**
 * Counts the people whose days are over at an instant, each once and for good, in the order of their
 * first calls: what is recorded later changes nothing any more.
 */
export async function settlePersons(
  tx: Transaction,
  experiment: ExperimentRow,
  now: Date,
): Promise<{ readonly arm: Arm; readonly succeeded: boolean }[]> {
  const { id, campaignId, definition } = experiment;
  const { rows } = await tx.query<{ arm: Arm; succeeded: boolean }>(
    `with due as materialized (
       select debtor_id from experiment_person
       where experiment_id = $1 and succeeded is null
         and first_dialed_at <= $3::timestamptz - $4 * interval '1 day'
       order by first_dialed_at, debtor_id limit ${SETTLED_AT_ONCE}),
     settled as (
       update experiment_person p set succeeded = ${METRICS[definition.metric]}
       from due where p.experiment_id = $1 and p.debtor_id = due.debtor_id
       returning p.arm, p.succeeded, p.first_dialed_at, p.debtor_id)
     select arm, succeeded from settled order by first_dialed_at, debtor_id`,
    [id, campaignId, now, definition.withinDays],
  );
  return rows;
}

export async function keepTest(tx: Transaction, id: string, test: object): Promise<void> {
  await tx.query('update experiment set test = $2 where id = $1', [id, JSON.stringify(test)]);
}

export interface Called {
  readonly persons: number;
  readonly complaints: number;
}

/**
 * People who were called, and of them those of whom a complaint was placed since: a hold of that kind
 * on the person, an account or a number, lifted or not, for this creditor or for all.
 */
export async function readCalled(
  db: Queryable,
  { id, creditorId, registeredAt }: ExperimentRow,
): Promise<Readonly<Record<Arm, Called>>> {
  const { rows } = await db.query<Called & { arm: Arm }>(
    `with complaint as (
       select h.placed_at, h.debtor_id from hold h
       where h.kind = 'complaint' and h.placed_at >= $2 and coalesce(h.creditor_id, $3) = $3
         and h.debtor_id is not null
       union all
       select h.placed_at, p.debtor_id from hold h join phone p on p.e164 = h.e164
       where h.kind = 'complaint' and h.placed_at >= $2 and coalesce(h.creditor_id, $3) = $3
         and h.debtor_id is null)
     select p.arm, count(*)::int as persons, (select count(distinct o.debtor_id)::int
         from complaint k join experiment_person o on o.debtor_id = k.debtor_id
         where o.experiment_id = $1 and o.arm = p.arm and k.placed_at >= o.first_dialed_at)
       as complaints
     from experiment_person p where p.experiment_id = $1 group by p.arm`,
    [id, registeredAt, creditorId],
  );
  const of = (arm: Arm): Called => {
    const { persons = 0, complaints = 0 } = rows.find((row) => row.arm === arm) ?? {};
    return { persons, complaints };
  };
  return { champion: of('champion'), challenger: of('challenger') };
}

/** Calls that were decided under it. */
export async function readArmDials(
  db: Queryable,
  experiment: ExperimentRow,
): Promise<Readonly<Record<Arm, number>>> {
  const ids = idsSince(new Date(experiment.registeredAt.getTime() - HOUR_MS));
  const { rows } = await db.query<{ arm: Arm; dials: number }>(
    `select choice->'experiment'->>'arm' as arm, count(*)::int as dials from attempt
     where campaign_id = $1 and id >= $2 and id < $3 and counted
       and choice->'experiment'->>'name' = $4 group by 1`,
    [experiment.campaignId, ids.from, ids.to, experiment.name],
  );
  const of = (arm: Arm): number => rows.find((row) => row.arm === arm)?.dials ?? 0;
  return { champion: of('champion'), challenger: of('challenger') };
}
