import { armOf } from '../../dialer/arm-of';
import { applyDocument, DocumentRefused } from '../../dialer/campaign-documents';
import { watchExperiments } from '../../dialer/watch-experiments';
import { readCampaignDocument } from '../../dialer/write-campaign';
import { findCampaign } from '../../src/db/campaigns';
import type { Database } from '../../src/db/database';
import { listExperiments } from '../../src/db/experiments';
import { placeHold } from '../../src/db/holds';
import type { CampaignDocument } from '../../src/domain/campaign-document/campaign-document';
import type { Arm, Experiment } from '../../src/domain/campaign-document/experiment';
import { eventually } from './eventually';
import { makeFloor, type Floor } from './floor';
import { dialTo, end } from './talk';

/** Half of the people are called at work, and otherwise in each way that there is. */
export const EXPERIMENT: Experiment = {
  name: 'work-number-first',
  share: 50,
  challenger: {
    ordering: { amountDue: 0, daysPastDue: 10 },
    retry: { busy: { afterMinutes: 60 } },
    phones: { places: ['work'] },
  },
  metric: 'right_party_percent',
  withinDays: 7,
  leastPersons: 20,
  alpha: 0.05,
  guard: { complaintsPer1000: 2 },
  endsOn: '2099-12-31',
};
/** What the campaign of the floor says itself. */
export const CHAMPION = {
  ordering: { amountDue: 3 },
  retry: { busy: { afterMinutes: 20 }, no_answer: { afterMinutes: 90 } },
  phones: { order: 'listed' },
} as const;

export type ExperimentFloor = Awaited<ReturnType<typeof makeExperimentFloor>>;

/** A floor with an agent, whose running campaign can be given experiments. */
export async function makeExperimentFloor(db: Database) {
  const floor = await makeFloor(db, { settings: CHAMPION });
  await floor.addReadyAgent();
  const apply = (parts: Partial<CampaignDocument>, without: (keyof CampaignDocument)[] = []) =>
    applyParts(db, floor, parts, without);
  return {
    ...floor,
    apply,
    refusal: (parts: Partial<CampaignDocument>) => refusalOf(apply(parts)),
    look: (now = new Date()) =>
      watchExperiments(db, now, (error) => {
        throw error as Error;
      }),
    experiments: () => listExperiments(db, floor.campaignId),
    newest: async () => (await listExperiments(db, floor.campaignId))[0]!,
    addPeople: (ofEach: number) => addPeople(db, floor, ofEach),
    busyCalls: async (count: number): Promise<Dialed[]> => {
      const calls: Dialed[] = [];
      for (let n = 0; n < count; n++) calls.push(await busyCall(db, floor));
      return calls;
    },
    complain: (debtorId: string) => complain(db, debtorId),
  };
}

/** Applies the campaign's own document with other parts, or without some. */
async function applyParts(
  db: Database,
  floor: Floor,
  parts: Partial<CampaignDocument>,
  without: readonly (keyof CampaignDocument)[],
) {
  const campaign = await findCampaign(db, floor.campaignId);
  if (campaign === null) throw new Error('no campaign');
  const all = { ...(await readCampaignDocument(db, campaign)), ...parts };
  const value = Object.fromEntries(
    Object.entries(all).filter(([key]) => !without.includes(key as keyof CampaignDocument)),
  );
  return db.transaction((tx) =>
    applyDocument(tx, { source: { value }, actor: 'test', reason: 'test', ifVersion: null }),
  );
}

/** `field: reason; accepted` of what is refused. */
async function refusalOf(applied: Promise<unknown>): Promise<string[]> {
  const error: unknown = await applied.then(
    () => new Error('accepted'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DocumentRefused)) throw error;
  return error.problems.map(({ field, reason, accepted }) => `${field}: ${reason}; ${accepted}`);
}

/** So many people of each arm, with a number at home and one at work. */
async function addPeople(
  db: Database,
  floor: Floor,
  ofEach: number,
): Promise<Record<Arm, string[]>> {
  const people: Record<Arm, string[]> = { champion: [], challenger: [] };
  while (Math.min(people.champion.length, people.challenger.length) < ofEach) {
    const { debtorId } = await floor.addDebtor({ phones: 2 });
    const arm = people[armOf(debtorId, EXPERIMENT)];
    if (arm.length < ofEach) arm.push(debtorId);
    else {
      await db.query(`update account set status = 'closed' where debtor_id = $1`, [debtorId]);
    }
  }
  await db.query(`update phone set place = 'home' where position = 0`);
  await db.query(`update phone set place = 'work' where position = 1`);
  return people;
}

export interface Dialed {
  readonly id: string;
  readonly debtorId: string;
  readonly kept: { readonly name: string; readonly arm: Arm } | null;
  readonly ordering: Record<string, number>;
  readonly place: string;
  readonly minutes: number;
}

/** Calls somebody whose line is busy. */
async function busyCall(db: Database, floor: Floor): Promise<Dialed> {
  // a promotion that ran out of time goes on the next time
  const id = await eventually('somebody is due', 10_000, () => dialTo(db, floor, 'ringing'));
  await end(db, id, 'busy');
  const { rows } = await db.query<Dialed>(
    `select t.id, t.debtor_id as "debtorId", t.choice->'experiment' as kept,
       t.choice->'ordering' as ordering, p.place,
       round(extract(epoch from a.next_attempt_at - now()) / 60)::int as minutes
     from attempt t join phone p on p.id = t.phone_id join account a on a.id = t.account_id
     where t.id = $1`,
    [id],
  );
  return rows[0]!;
}

async function complain(db: Database, debtorId: string): Promise<void> {
  const input = {
    ...{ debtorId, kind: 'complaint' as const, reason: 'letter 17', source: 'post' },
    externalId: `letter ${debtorId}`,
  };
  await db.transaction((tx) => placeHold(tx, input, 'test'));
}
