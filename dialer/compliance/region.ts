/** ISO 3166-2:GB codes that stand for several nations. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'GB-EAW': ['GB-ENG', 'GB-WLS'],
  'GB-GBN': ['GB-ENG', 'GB-SCT', 'GB-WLS'],
  'GB-UKM': ['GB-ENG', 'GB-NIR', 'GB-SCT', 'GB-WLS'],
};

/**
 * May the person be in this region? By the parts of ISO 3166-2: `US-NY` covers `US-NY-NYC`, and a
 * person of whom only `US-NY` is known may be in `US-NY-NYC`. Unknown: may be.
 */
export function mayBeIn(region: string, known: string | undefined): boolean {
  if (known === undefined) return true;
  return [region, ...(GROUPS[region] ?? [])].some(
    (one) => one === known || known.startsWith(`${one}-`) || one.startsWith(`${known}-`),
  );
}

export function mayBeInAny(regions: readonly string[], known: string | undefined): boolean {
  return regions.some((region) => mayBeIn(region, known));
}
