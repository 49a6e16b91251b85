/** One page of a list, newest first. Ids grow with time, so rows that are added move nothing. */
export interface PageRequest {
  readonly limit: number;
  /** Only rows older than this id; null: from the newest. */
  readonly beforeId: string | null;
}

export interface Page<T> {
  readonly items: T[];
  /** Where the next page begins; null: this was the last. */
  readonly nextId: string | null;
}

/** How many rows to ask for: one more than wanted, to know whether another page follows. */
export function pageFetch(page: PageRequest): number {
  return page.limit + 1;
}

export function toPage<T extends { readonly id: string }>(
  rows: readonly T[],
  page: PageRequest,
): Page<T> {
  const items = rows.slice(0, page.limit);
  return { items, nextId: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}
