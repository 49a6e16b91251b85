import { z } from 'zod';
import type { DocumentSource } from '../../dialer/campaign-documents';
import { MAX_DOCUMENT_CHARACTERS } from '../domain/campaign-document/parse-campaign-document';

const source = z.union([z.string().max(MAX_DOCUMENT_CHARACTERS), z.looseObject({})], {
  error: 'a document as an object, or as text of YAML or JSON',
});
const document = source.describe(
  'As an object, or as text of YAML or JSON: then mistakes are told with line and column. ' +
    'Its shape: GET /v1/campaign-document-schema',
);
/** Body of whoever asks about a document. */
export const askedDocument = z.strictObject({ document });

export function sourceOf(given: z.output<typeof source>): DocumentSource {
  return typeof given === 'string' ? { text: given } : { value: given };
}
