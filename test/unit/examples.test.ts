import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentJsonSchema } from '../../src/domain/campaign-document/json-schema';
import { parseCampaignDocument } from '../../src/domain/campaign-document/parse-campaign-document';

const read = (name: string): string => readFileSync(join('examples', name), 'utf8');

it.each(['campaign.yaml', 'demo-campaign.yaml'])('examples/%s is accepted', (name) => {
  expect(parseCampaignDocument(read(name)).problems).toEqual([]);
});

// made anew by: santun campaign schema
it('examples/campaign-document.schema.json is the schema of this program', () => {
  expect(JSON.parse(read('campaign-document.schema.json'))).toEqual(
    JSON.parse(JSON.stringify(documentJsonSchema())),
  );
});
