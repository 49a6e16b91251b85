import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCESS } from '../../../../src/http/access';
import { openapiDocument, renderOpenapi } from '../../../../src/http/openapi-document';

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}
interface Operation {
  summary?: string;
  'x-roles'?: string[];
  'x-reach'?: string;
  security?: object[];
  responses: Record<string, { content?: Record<string, unknown> }>;
}

describe('the OpenAPI document', () => {
  let document: Document;
  beforeAll(async () => {
    document = (await openapiDocument()) as Document;
  });

  it('is committed as it is generated (npm run openapi)', () => {
    const committed = readFileSync(join(__dirname, '../../../../openapi.json'), 'utf8');
    expect(committed).toBe(renderOpenapi(document));
  });

  it('has every route of the table with its roles, and the errors of guarded ones', () => {
    expect(document.openapi).toBe('3.1.0');
    for (const [key, access] of Object.entries(ACCESS)) {
      const [method = '', url = ''] = key.split(' ');
      if (/^\/(docs|openapi|softphone)/.test(url)) continue;
      const operation = document.paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      expect([key, operation?.summary]).toEqual([key, expect.stringMatching(/.{4}/)]);
      if (access === 'public') {
        expect(operation?.security).toEqual([]);
      } else {
        expect(operation).toMatchObject({ 'x-roles': access.roles, 'x-reach': access.reach });
        expect(operation?.responses.default?.content).toHaveProperty(['application/problem+json']);
      }
    }
  });
});
