const COURTESY: Readonly<Record<string, string>> = { ID: 'ID.POLICY.COURTESY' };

/** The courtesy windows of a country, ISO 3166-1 alpha-2; null: it has none. */
export function courtesyPackOf(country: string): string | null {
  return COURTESY[country] ?? null;
}

const BY_COUNTRY: Readonly<Record<string, readonly string[]>> = {
  ID: ['ID.POLICY.HOUSE', 'ID.POLICY.CUTI', 'ID.POLICY.COURTESY'],
};

/**
 * Policy packs of a creditor that names none: limits and courtesy beyond the law. The law itself
 * applies by place and is named by nobody.
 * @param country ISO 3166-1 alpha-2
 */
export function defaultRulePacks(country: string): readonly string[] {
  return BY_COUNTRY[country] ?? [];
}
