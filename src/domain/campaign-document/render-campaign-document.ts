import { stringify } from 'yaml';
import type { CampaignDocument } from './campaign-document';

/** In the order in which a person reads them. */
const ORDER: readonly (keyof CampaignDocument)[] = [
  'format',
  'creditor',
  'name',
  'accounts',
  'reminders',
  'segments',
  'ordering',
  'callingHours',
  'courtesy',
  'rulePacks',
  'retry',
  'phones',
  'dialing',
  'pools',
  'skills',
  'share',
  'stops',
  'rules',
  'experiment',
];

/** The document as YAML: parsed again, it is the same document. */
export function renderCampaignDocument(document: CampaignDocument): string {
  return stringify(inOrder(document), { lineWidth: 100, aliasDuplicateObjects: false });
}

export function inOrder(document: CampaignDocument): CampaignDocument {
  const entries = ORDER.flatMap((key) =>
    document[key] === undefined ? [] : [[key, document[key]] as const],
  );
  return Object.fromEntries(entries) as unknown as CampaignDocument;
}
