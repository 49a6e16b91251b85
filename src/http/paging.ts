import { z } from 'zod';
import type { Page, PageRequest } from '../db/page';
import { Problem } from './problem';

/** Query of every list. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional().describe('`nextCursor` of the page before'),
});

/** A page: newest first; `nextCursor` is null on the last. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** @throws Problem `invalid_cursor` */
export function pageRequest(query: z.output<typeof pageQuery>): PageRequest {
  if (query.cursor === undefined) return { limit: query.limit, beforeId: null };
  const beforeId = decodeCursor(query.cursor);
  if (!UUID.test(beforeId)) throw invalidCursor();
  return { limit: query.limit, beforeId };
}

export function pageAnswer<T, V>(
  page: Page<T>,
  view: (item: T) => V,
): { items: V[]; nextCursor: string | null } {
  return {
    items: page.items.map(view),
    nextCursor: page.nextId === null ? null : encodeCursor(page.nextId),
  };
}

/** Opaque to callers: its content may change. */
export function encodeCursor(text: string): string {
  return Buffer.from(text).toString('base64url');
}

export function decodeCursor(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('utf8');
}

export function invalidCursor(): Problem {
  return new Problem('invalid_cursor', 'Take nextCursor as it was given, with the same list.');
}
