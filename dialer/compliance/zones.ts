import type { ZoneEvidence } from '../../src/domain/call-facts';
import { canonicalZone } from '../../src/domain/time-zone';

/** Where evidence points to. Shaped as in the rule-pack format. */
export interface ZoneTables {
  /** By ISO 3166 country: all its zones, for a mobile number. */
  readonly countryZones: Readonly<Record<string, readonly string[]>>;
  /** By ISO 3166-2: name, the country's own code, zone. */
  readonly provinces: Readonly<Record<string, readonly [string, string, string]>>;
  /** By country, then prefix without the trunk 0. */
  readonly areaCodes: Readonly<
    Record<string, Readonly<Record<string, readonly string[]>> | undefined>
  >;
}

/**
 * Every zone that the person may be in: the union over the evidence, each once and by its own name, sorted. A mobile number adds
 * nothing unless all evidence is mobile: then all zones of the country. What is in no table adds
 * nothing; none left: the call is denied, never guessed.
 */
export function candidateZones(
  tables: ZoneTables,
  country: string,
  evidence: readonly ZoneEvidence[],
): string[] {
  const onlyMobile = evidence.length > 0 && evidence.every((one) => 'mobile' in one);
  const zones = onlyMobile
    ? (own(tables.countryZones, country) ?? [])
    : evidence.flatMap((one) => zonesOf(tables, country, one));
  return [...new Set(zones.flatMap((zone) => canonicalZone(zone) ?? []))].sort();
}

function zonesOf(tables: ZoneTables, country: string, evidence: ZoneEvidence): readonly string[] {
  if ('iana' in evidence) return [evidence.iana];
  if ('province' in evidence) return own(tables.provinces, evidence.province)?.slice(2) ?? [];
  if ('areaCode' in evidence) return areaCodeZones(tables, country, evidence.areaCode);
  return [];
}

/** The longest prefix that the country's table knows. */
function areaCodeZones(tables: ZoneTables, country: string, areaCode: string): readonly string[] {
  const prefixes = own(tables.areaCodes, country) ?? {};
  for (let digits = areaCode.replace(/^0/, ''); digits !== ''; digits = digits.slice(0, -1)) {
    const zones = own(prefixes, digits);
    if (zones !== undefined) return zones;
  }
  return [];
}

/** Evidence is typed by people: `constructor` is no province. */
function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
