import type { CampaignParts, CampaignSettings } from '../campaign-settings';
import { courtesyPackOf } from '../default-rule-packs';
import { nearestWord } from '../nearest-word';
import {
  DOCUMENT_FORMAT,
  type CampaignDocument,
  type Dialing,
  type Stops,
} from './campaign-document';
import { shownNumbers } from './caller-ids';
import type { Finding } from './describe-issues';

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** A trunk, and the numbers that it may show, E.164. */
export interface NamedTrunk extends Named {
  readonly callerIds: readonly string[];
}

/** What the names of a document may stand for. */
export interface DocumentNames {
  readonly creditor: {
    readonly code: string;
    /** ISO 3166-1 alpha-2. */
    readonly country: string;
    /** Packs that bind every campaign of it. */
    readonly rulePacks: readonly string[];
  };
  readonly pools: readonly Named[];
  readonly trunks: readonly NamedTrunk[];
  /** Packs that a campaign may name. */
  readonly packs: readonly string[];
}

/** The parts by ids, or what the document names and nobody knows. */
export function compileDocument(
  document: CampaignDocument,
  names: DocumentNames,
): { readonly parts: CampaignParts; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [...checkPacks(document, names), ...checkCourtesy(document, names)];
  const poolIds = idsOf(document.pools ?? [], names.pools, ['pools'], 'pool', findings);
  const { trunks, ...dialing } = document.dialing ?? {};
  const trunkIds = trunks && idsOf(trunks, names.trunks, ['dialing', 'trunks'], 'trunk', findings);
  findings.push(...checkCallerIds(document, names));
  const { costCapMinor, ...autoStop } = document.stops ?? {};
  const { reminders, segments, ordering, callingHours, courtesy, retry, phones } = document;
  const { skills, share, rules, experiment } = document;
  const settings: CampaignSettings = {
    ...dialing,
    ...{ trunkIds, costCapMinor },
    autoStop: Object.keys(autoStop).length === 0 ? undefined : autoStop,
    ...{
      reminders,
      segments,
      ordering,
      callingHours,
      courtesy,
      retry,
      phones,
      skills,
      share,
      rules,
      experiment,
    },
  };
  const parts: CampaignParts = {
    name: document.name,
    filter: document.accounts ?? {},
    settings: given(settings),
    rulePacks: document.rulePacks ?? [],
    poolIds,
  };
  return { parts, findings };
}

/** The document that says these parts; compiled again, it is the same parts. */
export function documentOf(parts: CampaignParts, names: DocumentNames): CampaignDocument {
  const { trunkIds, mode, ringTimeoutMs, wrapUpLimitMs, previewLimitMs, ...rest } = parts.settings;
  const { callerId, callerIds, callerIdByProvince, numberLookUp, ...more } = rest;
  const { autoStop, costCapMinor, ...others } = more;
  const trunks = trunkIds && namesOf(trunkIds, names.trunks);
  const shown = { callerId, callerIds, callerIdByProvince };
  const limits = { ringTimeoutMs, wrapUpLimitMs, previewLimitMs };
  const dialing = given({ mode, ...limits, numberLookUp, ...shown, trunks }) as Dialing;
  const stops = given({ ...autoStop, costCapMinor }) as Stops;
  const { name, filter, rulePacks } = parts;
  const pools = namesOf(parts.poolIds, names.pools);
  return {
    format: DOCUMENT_FORMAT,
    creditor: names.creditor.code,
    name,
    ...(isEmpty(filter) ? {} : { accounts: filter }),
    ...(given(others) as Partial<CampaignDocument>),
    ...(rulePacks.length === 0 ? {} : { rulePacks }),
    ...(isEmpty(dialing) ? {} : { dialing }),
    ...(pools.length === 0 ? {} : { pools }),
    ...(isEmpty(stops) ? {} : { stops }),
  };
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

/** Without what is not set. */
function given<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, one]) => one !== undefined),
  ) as unknown as T;
}

function idsOf(
  given: readonly string[],
  known: readonly Named[],
  path: readonly string[],
  what: string,
  findings: Finding[],
): string[] {
  return given.flatMap((name, index) => {
    const found = known.find((one) => one.name === name);
    if (found !== undefined) return [found.id];
    const names = known.map((one) => one.name);
    findings.push({ path: [...path, index], ...unknown(what, name, names) });
    return [];
  });
}

/** In the order of their names: pools and trunks are sets. One that is gone keeps its id. */
function namesOf(ids: readonly string[], known: readonly Named[]): string[] {
  return ids.map((id) => known.find((one) => one.id === id)?.name ?? id).sort();
}

function unknown(what: string, name: string, names: readonly string[]) {
  const near = nearestWord(name, names);
  const all = names.length === 0 ? `no ${what} is there yet` : `one of ${names.join(', ')}`;
  return {
    reason: `${JSON.stringify(name)} is not the name of a ${what}`,
    accepted: near === null ? all : `${near}? ${all}`,
  };
}

function checkPacks({ rulePacks = [] }: CampaignDocument, { packs }: DocumentNames): Finding[] {
  return rulePacks.flatMap((id, index) => {
    if (packs.includes(id)) return [];
    return [{ path: ['rulePacks', index], ...unknown('pack that a campaign may name', id, packs) }];
  });
}

/** Only numbers that its trunks may show; a trunk that nobody knows was told of. */
function checkCallerIds({ dialing = {} }: CampaignDocument, { trunks }: DocumentNames): Finding[] {
  const chosen = dialing.trunks;
  const used = trunks.filter(({ name }) => chosen === undefined || chosen.includes(name));
  if (used.length < (chosen?.length ?? 0)) return [];
  const may = [...new Set(used.flatMap(({ callerIds }) => callerIds))].sort();
  return shownNumbers(dialing).flatMap(({ path, number }) => {
    if (may.includes(number)) return [];
    const said = unknown('number that its trunks may show', number, may);
    const reason = `${number} is no number of ${chosen === undefined ? 'a trunk' : chosen.join(', ')}`;
    return [{ path: ['dialing', ...path], reason, accepted: said.accepted }];
  });
}

/** A campaign can only add to what its creditor has. */
function checkCourtesy(
  { courtesy, rulePacks = [] }: CampaignDocument,
  { creditor }: DocumentNames,
): Finding[] {
  const wanted = courtesy?.windows;
  if (wanted === undefined) return [];
  const pack = courtesyPackOf(creditor.country);
  const path = ['courtesy', 'windows'];
  if (pack === null) {
    if (!wanted) return [];
    const reason = `there is no courtesy pack of ${creditor.country}`;
    return [{ path, reason, accepted: 'leave it out; pauses and callingHours serve everywhere' }];
  }
  const at = rulePacks.indexOf(pack);
  if (wanted && at >= 0) {
    const reason = `names ${pack}, which courtesy.windows means`;
    return [{ path: ['rulePacks', at], reason, accepted: 'leave it out' }];
  }
  const isOfCreditor = creditor.rulePacks.includes(pack);
  if (wanted || (!isOfCreditor && at < 0)) return [];
  const reason = isOfCreditor
    ? `the creditor has ${pack} for all its campaigns`
    : `rulePacks names ${pack}`;
  return [{ path, reason, accepted: 'true; or take that pack off there first' }];
}
