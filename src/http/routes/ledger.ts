import { z } from 'zod';
import { findCreditorByCode } from '../../db/creditors';
import { listRoots } from '../../db/ledger-roots';
import { listSigningKeys } from '../../db/signing-keys';
import { chainOf, INSTALLATION_CHAIN } from '../../proof/ledger-entry';
import { rootText } from '../../proof/ledger-root';
import type { Api, HttpContext } from '../api';
import { ledgerRoot, ledgerRootView, signingKey, signingKeyView } from '../decision-proof-view';
import { decodeCursor, encodeCursor, invalidCursor, pageOf, pageQuery } from '../paging';
import { Problem } from '../problem';

const tags = ['ledger'];

/** What a third party needs to check the ledger by itself. */
export function ledgerRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/ledger/roots',
    {
      schema: {
        tags,
        summary: 'Signed Merkle roots of the days that are over, newest first',
        querystring: pageQuery.extend({
          creditor: z
            .string()
            .max(40)
            .optional()
            .describe(`Code of a creditor, or \`${INSTALLATION_CHAIN}\`; absent: every chain`),
        }),
        response: { 200: pageOf(ledgerRoot) },
      },
    },
    async (request) => {
      const { creditor, limit, cursor } = request.query;
      const filter = { chain: creditor === undefined ? null : await chainOfCode(creditor) };
      const after = cursor === undefined ? null : placeOf(cursor);
      const rows = await listRoots(db, filter, { limit: limit + 1, after });
      const items = rows.slice(0, limit).map((root) => ledgerRootView(root, rootText(root)));
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, nextCursor: last ? encodeCursor(`${last.day} ${last.chain}`) : null };
    },
  );

  async function chainOfCode(code: string): Promise<string> {
    if (code === INSTALLATION_CHAIN) return INSTALLATION_CHAIN;
    const creditor = await findCreditorByCode(db, code);
    if (creditor !== null) return chainOf(creditor.id);
    throw new Problem('unknown_reference', 'creditor names no creditor.', { field: 'creditor' });
  }

  api.get(
    '/v1/ledger/keys',
    {
      schema: {
        tags,
        summary: 'Public keys that sign, or signed, oldest first',
        response: { 200: z.object({ items: z.array(signingKey) }) },
      },
    },
    async () => ({ items: (await listSigningKeys(db)).map(signingKeyView) }),
  );
}

/** @throws Problem `invalid_cursor` */
function placeOf(cursor: string): { day: string; chain: string } {
  const match = /^(\d{4}-\d\d-\d\d) (creditor:[0-9a-f-]{36}|installation)$/.exec(
    decodeCursor(cursor),
  );
  if (match?.[1] === undefined || match[2] === undefined) throw invalidCursor();
  return { day: match[1], chain: match[2] };
}
