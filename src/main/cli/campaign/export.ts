import { InvalidArgumentError, type Command } from 'commander';
import { readCampaignDocument } from '../../../../dialer/write-campaign';
import { findCampaignVersion } from '../../../db/campaign-versions';
import { findCampaignByName } from '../../../db/campaigns';
import type { Queryable } from '../../../db/database';
import type { CampaignDocument } from '../../../domain/campaign-document/campaign-document';
import {
  inOrder,
  renderCampaignDocument,
} from '../../../domain/campaign-document/render-campaign-document';
import { InputError } from '../input-error';
import { namedCreditor } from '../named-creditor';
import { print } from '../say';
import { withPreparedDatabase } from '../with-database';

interface Options {
  readonly creditor: string;
  readonly version?: number;
  readonly json: boolean;
}

export function register(campaign: Command): void {
  campaign
    .command('export')
    .description('a campaign as its document; applied again, it changes nothing')
    .argument('<name>', 'name of the campaign')
    .requiredOption('--creditor <code>', 'code of its creditor')
    .option('--version <n>', 'that version; default: the newest', version)
    .option('--json', 'JSON in the place of YAML', false)
    .action((name: string, options: Options) =>
      withPreparedDatabase(async (db) => {
        const document = await documentNamed(db, name, options);
        print(
          options.json
            ? JSON.stringify(inOrder(document), null, 2)
            : renderCampaignDocument(document).trimEnd(),
        );
      }),
    );
}

function version(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number from 1.');
}

async function documentNamed(
  db: Queryable,
  name: string,
  options: Options,
): Promise<CampaignDocument> {
  const creditor = await namedCreditor(db, options.creditor);
  const campaign = await findCampaignByName(db, creditor.id, name);
  if (campaign === null) throw new InputError(`${options.creditor} has no campaign ${name}`);
  if (options.version === undefined) return readCampaignDocument(db, campaign);
  const kept = await findCampaignVersion(db, campaign.id, options.version);
  if (kept !== null) return kept.document;
  throw new InputError(
    `there is no document of version ${options.version}; the newest is ${campaign.version}`,
  );
}
