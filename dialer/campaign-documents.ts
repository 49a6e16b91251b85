import {
  findCampaignByName,
  loadReadiness,
  lockCampaignByName,
  type Campaign,
} from '../src/db/campaigns';
import type { Queryable, Transaction } from '../src/db/database';
import { findCreditorByCode } from '../src/db/creditors';
import { listCreditorCodes, readDocumentNames, type NamedCreditor } from '../src/db/document-names';
import { readBindingPackIds } from '../src/db/rule-packs';
import type { CampaignDocument } from '../src/domain/campaign-document/campaign-document';
import { compileDocument, documentOf } from '../src/domain/campaign-document/compile-document';
import { diffDocuments, type DocumentChange } from '../src/domain/campaign-document/diff-documents';
import {
  parseCampaignDocument,
  parseDocumentValue,
  type DocumentProblem,
  type ParsedDocument,
} from '../src/domain/campaign-document/parse-campaign-document';
import { checkCampaignReadiness } from '../src/domain/campaign-readiness';
import type { CampaignParts } from '../src/domain/campaign-settings';
import { canonicalJson } from '../src/domain/canonical-json';
import { nearestWord } from '../src/domain/nearest-word';
import { checkExperiment } from './keep-experiment';
import { createCampaign, editCampaign, readCampaignDocument } from './write-campaign';

/** A document that cannot be used as it is; nothing was changed. */
export class DocumentRefused extends Error {
  constructor(
    readonly kind: 'invalid' | 'not_ready' | 'superseded',
    readonly problems: readonly DocumentProblem[],
  ) {
    super(`the document is refused: ${kind}`);
    this.name = 'DocumentRefused';
  }
}

/** YAML or JSON as text, or a JSON value. */
export type DocumentSource = { readonly text: string } | { readonly value: unknown };

type AcceptedDocument = Extract<ParsedDocument, { readonly document: CampaignDocument }>;

/** A document whose names all stand for something. */
export interface CheckedDocument {
  /** As it was read. */
  readonly parsed: AcceptedDocument;
  /** As it would be exported: equal documents mean the same. */
  readonly document: CampaignDocument;
  readonly parts: CampaignParts;
  readonly creditor: NamedCreditor;
}

/** Reads a document and looks its names up. @throws DocumentRefused with every problem */
export async function checkDocument(
  db: Queryable,
  source: DocumentSource,
): Promise<CheckedDocument> {
  const parsed =
    'text' in source ? parseCampaignDocument(source.text) : parseDocumentValue(source.value);
  if (parsed.document === null) throw new DocumentRefused('invalid', parsed.problems);
  const { document, place } = parsed;
  const creditor = await findCreditorByCode(db, document.creditor);
  if (creditor === null) {
    const codes = await listCreditorCodes(db);
    const near = nearestWord(document.creditor, codes);
    const accepted = `${near === null ? '' : `${near}? `}one of ${codes.join(', ')}`;
    const reason = 'is not the code of a creditor';
    throw new DocumentRefused('invalid', [place({ path: ['creditor'], reason, accepted })]);
  }
  const names = await readDocumentNames(db, creditor);
  const { parts, findings } = compileDocument(document, names);
  if (findings.length > 0) throw new DocumentRefused('invalid', findings.map(place));
  await requireExperiment(db, await findCampaignByName(db, creditor.id, document.name), parsed);
  return { document: documentOf(parts, names), parts, creditor, parsed };
}

/** @throws DocumentRefused when its experiment is not what was said before the first call */
async function requireExperiment(
  db: Queryable,
  standing: Campaign | null,
  { document, place }: AcceptedDocument,
): Promise<void> {
  const findings = await checkExperiment(db, standing, document);
  if (findings.length > 0) throw new DocumentRefused('invalid', findings.map(place));
}

export interface DocumentDiff {
  /** Null: there is no campaign of that name yet. */
  readonly campaignId: string | null;
  readonly version: number | null;
  readonly changes: readonly DocumentChange[];
}

/** What applying the document would change. @throws DocumentRefused */
export async function diffDocument(db: Queryable, source: DocumentSource): Promise<DocumentDiff> {
  const { document, creditor } = await checkDocument(db, source);
  const campaign = await findCampaignByName(db, creditor.id, document.name);
  const before = campaign === null ? null : await readCampaignDocument(db, campaign);
  return {
    campaignId: campaign?.id ?? null,
    version: campaign?.version ?? null,
    changes: diffDocuments(before, document),
  };
}

export interface Applied {
  readonly outcome: 'created' | 'changed' | 'unchanged';
  readonly campaign: Campaign;
  readonly changes: readonly DocumentChange[];
}

/**
 * Makes the document the campaign of its name: a draft when it is new, else version n + 1; the same
 * document again changes nothing. A running campaign must be able to go on with it.
 * @param input.ifVersion the version that the author has seen; null: whatever stands
 * @throws DocumentRefused; TransitionError when the campaign is over
 */
export async function applyDocument(
  tx: Transaction,
  input: {
    readonly source: DocumentSource;
    readonly actor: string;
    readonly reason: string;
    readonly ifVersion: number | null;
  },
): Promise<Applied> {
  const { actor, reason } = input;
  const { document, parts, creditor, parsed } = await checkDocument(tx, input.source);
  const standing = await lockCampaignByName(tx, creditor.id, document.name);
  const seen = input.ifVersion;
  if (seen !== null && seen !== (standing?.version ?? 0)) {
    throw new DocumentRefused('superseded', [superseded(seen, standing)]);
  }
  if (standing === null) {
    const write = { ...parts, creditorId: creditor.id, actor, reason };
    const campaign = await createCampaign(tx, write);
    return { outcome: 'created', campaign, changes: diffDocuments(null, document) };
  }
  // again, under the lock: somebody may have registered it meanwhile
  await requireExperiment(tx, standing, parsed);
  const before = await readCampaignDocument(tx, standing);
  if (canonicalJson(before) === canonicalJson(document)) {
    return { outcome: 'unchanged', campaign: standing, changes: [] };
  }
  const campaign = await editCampaign(tx, standing, { ...parts, actor, reason });
  if (campaign.state === 'running') await requireReady(tx, campaign);
  return { outcome: 'changed', campaign, changes: diffDocuments(before, document) };
}

function superseded(seen: number, standing: Campaign | null): DocumentProblem {
  const now = standing === null ? 'there is no such campaign' : `it is at ${standing.version}`;
  return {
    field: 'ifVersion',
    reason: `the campaign is not at version ${seen}: ${now}`,
    accepted: 'the version that the document was written for; export or diff first',
    line: null,
    column: null,
  };
}

async function requireReady(tx: Transaction, campaign: Campaign): Promise<void> {
  const problems = checkCampaignReadiness({
    ...(await loadReadiness(tx, campaign)),
    poolIds: campaign.poolIds,
    rulePacks: campaign.rulePacks,
    knownRulePacks: await readBindingPackIds(tx),
    settings: campaign.settings,
  });
  if (problems.length === 0) return;
  throw new DocumentRefused(
    'not_ready',
    problems.map((problem) => ({ ...problem, line: null, column: null })),
  );
}
