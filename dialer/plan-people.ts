import { DateTime } from 'luxon';
import type { CampaignChoice } from '../src/db/account-filter';
import type { Queryable } from '../src/db/database';
import { readMomentFacts, type MomentFacts } from '../src/db/moment-facts';
import { samplePlanned } from '../src/db/planned-sample';
import { bucketOf, type Bucket } from '../src/domain/campaign-document/account-filter';
import { basisOf, chanceNow } from './best-time/decide-moment';
import type { Gate } from './create-gate';
import { personFrom, segmentOf, zonesOf, type ModelShelf } from './moment-models';
import { readShelf, timesFor } from './plan-moments';
import type { BindingRules } from './rule-store';

/** So many stand for all: the mean of their chances is known to a twentieth of itself. */
const SAMPLE = 400;

/** Calls of an hour that are asked about: of people of the same zones. */
export interface HourAsked {
  /** As the schedule names them. */
  readonly zones: string;
  /** 0 to 23, on the clock of the first zone. */
  readonly hour: number;
}

/** The people of a plan, by a sample of them. */
export interface PlannedPeople {
  /** The mean chance of a right party of those of these zones; null: the best-time model has no data. */
  readonly chanceAt: (asked: HourAsked) => number | null;
  /** Which part of the right parties is to be expected of which bucket. */
  readonly parts: readonly { readonly bucket: Bucket; readonly weight: number }[];
}

/**
 * Who would be called on a date, and what the best-time model says of each of them at each hour.
 * @param hours those of the plan
 * @param date ISO 8601, local at the people
 */
export async function readPlannedPeople(
  gate: Pick<Gate, 'rules' | 'clock'>,
  db: Queryable,
  choice: Pick<CampaignChoice, 'creditorId' | 'filter' | 'reminders'>,
  plan: { readonly hours: readonly HourAsked[]; readonly date: string },
): Promise<PlannedPeople> {
  const until = DateTime.fromISO(plan.date, { zone: 'utc' }).plus({ days: 1 }).toJSDate();
  const facts = await readMomentFacts(db, await samplePlanned(db, choice, until, SAMPLE), null);
  const shelf = await readShelf(db, facts);
  const now = gate.clock();
  const binding = await gate.rules.bindingAt(db, now);
  const chances = new Map<string, number[]>();
  const weights = new Map<Bucket, number>();
  for (const one of facts) {
    const own = chancesOf(one, shelf, binding, { ...plan, nowMs: now.getTime() });
    for (const { key, chance } of own) chances.set(key, [...(chances.get(key) ?? []), chance]);
    const bucket = bucketOf(one.daysPastDue);
    weights.set(bucket, (weights.get(bucket) ?? 0) + (mean(own.map(({ chance }) => chance)) ?? 1));
  }
  return {
    chanceAt: (asked) => mean(chances.get(keyOf(asked)) ?? []),
    parts: [...weights].map(([bucket, weight]) => ({ bucket, weight })),
  };
}

/** At the hours of the plan in the person's zones; none: the model has no data. */
function chancesOf(
  facts: MomentFacts,
  shelf: ModelShelf,
  binding: BindingRules,
  plan: { readonly hours: readonly HourAsked[]; readonly date: string; readonly nowMs: number },
): { readonly key: string; readonly chance: number }[] {
  const groups = shelf.groupsOf(facts.creditorId, segmentOf(facts));
  const standing = { objects: facts.objects, inControl: facts.inControl };
  if (basisOf({ objects: false, inControl: false }, groups) === 'no_data') return [];
  const zones = zonesOf(facts);
  const times = timesFor(facts, binding, plan.nowMs);
  const person = personFrom(facts, shelf.personOf(facts.debtorId), facts.phoneId);
  return plan.hours
    .filter((asked) => asked.zones === [...zones].sort().join(', '))
    .map((asked) => {
      const zone = zones[0] ?? 'UTC';
      const at = DateTime.fromISO(plan.date, { zone }).set({ hour: asked.hour, minute: 30 });
      const options = { ...standing, hours: times.hours };
      const { chance } = chanceNow(groups, person, times.wall(at.toMillis()), options);
      return { key: keyOf(asked), chance };
    });
}

const keyOf = ({ zones, hour }: HourAsked): string => `${zones} ${String(hour)}`;

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;
