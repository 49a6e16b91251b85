import type { Command } from 'commander';
import { documentJsonSchema } from '../../../domain/campaign-document/json-schema';
import { print } from '../say';

export function register(campaign: Command): void {
  campaign
    .command('schema')
    .description('the JSON Schema of documents, for editors')
    .action(() => {
      print(JSON.stringify(documentJsonSchema(), null, 2));
    });
}
