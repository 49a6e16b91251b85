import type { Campaign } from '../src/db/campaigns';
import type { Queryable, Transaction } from '../src/db/database';
import {
  deleteExperiments,
  endExperiment,
  insertExperiment,
  listExperiments,
  readBooksDate,
  setSplit,
  type ExperimentRow,
} from '../src/db/experiments';
import type { CampaignDocument } from '../src/domain/campaign-document/campaign-document';
import type { Finding } from '../src/domain/campaign-document/describe-issues';
import {
  CHALLENGER_PARTS,
  challengerParts,
  type Experiment,
} from '../src/domain/campaign-document/experiment';
import type { CampaignState } from '../src/domain/campaign-state';
import { canonicalJson } from '../src/domain/canonical-json';

const DAY_MS = 86_400_000;

/**
 * What stands against the experiment of a document at the campaign of its name: an experiment is as it
 * was said before the first call, or it proves nothing.
 * @param campaign null: there is none yet
 */
export async function checkExperiment(
  db: Queryable,
  campaign: Campaign | null,
  document: CampaignDocument,
): Promise<Finding[]> {
  const wanted = document.experiment;
  const rows = campaign === null ? [] : await listExperiments(db, campaign.id);
  if (campaign === null || !isBound(campaign.state)) {
    return wanted === undefined ? [] : checkEnd(wanted, await readBooksDate(db));
  }
  const running = rows.find(({ state }) => state === 'running');
  if (wanted === undefined) return [];
  const sameName = rows.find(({ name }) => name === wanted.name);
  if (sameName === undefined) return checkEnd(wanted, await readBooksDate(db));
  if (sameName !== running) return checkOver(sameName, campaign, wanted);
  return [
    ...differing(running.definition, wanted).map((field): Finding => {
      const reason = 'is not as it was said before the first call, and the experiment runs';
      const accepted = `${JSON.stringify(running.definition[field])}; or another name: a new experiment`;
      return { path: ['experiment', field], reason, accepted };
    }),
    ...changedParts(campaign, document, running.definition).map((part): Finding => {
      const reason = `is what the experiment ${wanted.name} compares, and it runs`;
      const accepted = 'as it was; or no experiment, or one of another name';
      return { path: [part], reason, accepted };
    }),
  ];
}

/** From its first start on people may have been called under it. */
const isBound = (state: CampaignState): boolean => state !== 'draft' && state !== 'ready';

function checkEnd({ endsOn, withinDays }: Experiment, today: string): Finding[] {
  const first = new Date(Date.parse(today) + (withinDays + 1) * DAY_MS).toISOString().slice(0, 10);
  if (endsOn >= first) return [];
  const reason =
    endsOn < today ? 'is in the past' : `is over before anybody's ${withinDays} days are`;
  return [{ path: ['experiment', 'endsOn'], reason, accepted: `${first} or later` }];
}

/** The document may go on naming an experiment that is over, and may not begin it again. */
function checkOver(row: ExperimentRow, campaign: Campaign, wanted: Experiment): Finding[] {
  const isNamedStill = campaign.settings.experiment?.name === row.name;
  if (isNamedStill && differing(row.definition, wanted).length === 0) return [];
  const reason = `was the name of an experiment that is over: ${row.state}`;
  return [{ path: ['experiment', 'name'], reason, accepted: 'a name that was not used here' }];
}

function differing(one: Experiment, other: Experiment): (keyof Experiment)[] {
  const fields = Object.keys(other) as (keyof Experiment)[];
  return fields.filter((field) => canonicalJson(one[field]) !== canonicalJson(other[field]));
}

function changedParts(campaign: Campaign, document: CampaignDocument, { challenger }: Experiment) {
  return CHALLENGER_PARTS.filter(
    (part) =>
      challenger[part] !== undefined &&
      canonicalJson(campaign.settings[part] ?? {}) !== canonicalJson(document[part] ?? {}),
  );
}

/**
 * Makes the campaign's experiments those of its newest version: registers what is named for the first
 * time, and ends what is named no more. The caller has checked it, and holds the campaign's lock.
 * @param before the state that the campaign had; null: it is new
 */
export async function keepExperiment(
  tx: Transaction,
  campaign: Campaign,
  before: CampaignState | null,
  actor: string,
): Promise<void> {
  const wanted = campaign.settings.experiment;
  const { id: campaignId, version: campaignVersion } = campaign;
  if (before === null || !isBound(before)) {
    await deleteExperiments(tx, campaignId);
    await setSplit(tx, campaignId, null);
  } else {
    const rows = await listExperiments(tx, campaignId);
    const running = rows.find(({ state }) => state === 'running');
    if (running !== undefined && running.name !== wanted?.name) {
      await endExperiment(tx, running, { state: 'withdrawn', actor, figures: {} });
    }
    if (rows.some(({ name }) => name === wanted?.name)) return;
  }
  if (wanted === undefined) return;
  await insertExperiment(tx, {
    ...{ campaignId, campaignVersion },
    definition: wanted,
    registeredBy: actor,
  });
  const parts = challengerParts(campaign.settings, wanted.challenger);
  await setSplit(tx, campaignId, { name: wanted.name, share: wanted.share, parts });
}
