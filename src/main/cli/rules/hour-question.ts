import { InvalidArgumentError, Option, type Command } from 'commander';
import { bareCall } from '../../../../dialer/compliance/hour-map';
import type { RulePack } from '../../../../dialer/compliance/rule-pack';
import { zoneTables } from '../../../../dialer/compliance/shipped/zone-tables';
import { lawLayer, stackFor, type StackEntry } from '../../../../dialer/compliance/stack';
import { LANGUAGES } from '../../../../dialer/compliance/words';
import { candidateZones } from '../../../../dialer/compliance/zones';
import type { CallFacts, Collector, Place } from '../../../domain/call-facts';
import { nearestWord } from '../../../domain/nearest-word';
import { canonicalZone } from '../../../domain/time-zone';
import { InputError } from '../input-error';
import { findPack } from './find-pack';
import type { KnownRules } from './known-rules';

/** The call that a person asks about, as typed. */
export interface HourOptions {
  readonly country?: string;
  readonly province?: string;
  readonly zone?: readonly string[];
  readonly product?: string;
  readonly collector: Collector;
  readonly place: Place;
  readonly dpd?: number;
  readonly pack?: readonly string[];
  readonly creditorStack?: readonly string[];
}

/** What the rules are asked: whose packs, about which call. */
export interface HourQuestion {
  readonly stack: readonly StackEntry[];
  readonly facts: CallFacts;
  readonly country: string;
  readonly product: string | null;
}

export function languageOption(): Option {
  return new Option('--lang <language>', 'the language of the answer')
    .choices(LANGUAGES)
    .default('en');
}

/** The options that say which call is meant. */
export function addHourOptions(command: Command): Command {
  return command
    .option('--country <code>', 'ISO 3166, ID; default: that of the province or zone')
    .option('--province <code>', 'of the address, ISO 3166-2: ID-BA, US-MA')
    .option(
      '--zone <name...>',
      'IANA: Asia/Jakarta; default: by the province, else all of the country',
    )
    .option('--product <type>', 'kind of debt that packs name: p2p_lending; default: every one')
    .addOption(
      new Option('--collector <who>', 'who calls')
        .choices(['first_party', 'third_party'])
        .default('third_party'),
    )
    .addOption(
      new Option('--place <where>', 'which of the telephones')
        .choices(['home', 'mobile', 'work'])
        .default('mobile'),
    )
    .option('--dpd <days>', 'days past due', wholeDays)
    .option('--pack <name...>', "only these packs, instead of the law's: ID@VERSION or a file")
    .option('--creditor-stack <name...>', "packs that the creditor adds to the law's");
}

function wholeDays(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('a whole number of days from 0.');
  return Number(text);
}

/** @throws InputError when a place, zone, product or pack is not known */
export function hourQuestion(options: HourOptions, known: KnownRules): HourQuestion {
  const zone = options.zone && canonicalZones(options.zone);
  const where = { ...options, ...(zone && { zone }) };
  const country = countryOf(where);
  const zones = zonesOf(where, country);
  const product = productOf(options.product, known.binding);
  const { province, dpd, collector, place } = options;
  const facts = bareCall({
    zones,
    collector,
    place,
    line: place === 'mobile' ? 'mobile' : place === 'work' ? 'business' : 'residential_landline',
    debt: { id: 'any', kind: 'loan', ...(dpd !== undefined && { dpd }) },
    ...(province !== undefined && { region: province }),
  });
  const creditorPacks = (options.creditorStack ?? []).map((name) => findPack(name, known));
  const stack =
    options.pack !== undefined
      ? options.pack.map((name) => entryOf(findPack(name, known)))
      : stackFor(replaced(known.binding, creditorPacks), {
          country,
          ...(province !== undefined && { region: province }),
          ...(product !== null && { productType: product }),
          collector,
          creditorPacks: creditorPacks.map(({ id }) => id),
          campaignPacks: [],
        });
  return { stack, facts, country, product };
}

export function entryOf(pack: RulePack): StackEntry {
  return { layer: lawLayer(pack) ?? 'creditor', pack };
}

/** The packs that bind, those named in the place of their own versions. */
export function replaced(binding: readonly RulePack[], named: readonly RulePack[]): RulePack[] {
  const others = binding.filter(({ id }) => !named.some((pack) => pack.id === id));
  return [...others, ...named];
}

function countryOf({ country, province, zone }: HourOptions): string {
  const known = Object.keys(zoneTables.countryZones);
  const found =
    country?.toUpperCase() ?? province?.split('-')[0]?.toUpperCase() ?? countryOfZone(zone?.[0]);
  if (found === undefined) {
    const where =
      zone === undefined ? 'where is the call to?' : `which country is ${zone.join(', ')} in?`;
    throw new InputError(
      where,
      `Accepted: --country, ISO 3166 (${known.join(', ')}; others with --zone); or --province ID-BA.`,
    );
  }
  if (!known.includes(found) && zone === undefined) {
    throw new InputError(
      `no zones are known of the country ${found}`,
      `Accepted: one of ${known.join(', ')}; or any other with --zone.`,
    );
  }
  return found;
}

function countryOfZone(zone: string | undefined): string | undefined {
  const countries = Object.entries(zoneTables.countryZones);
  return countries.find(([, zones]) => zone !== undefined && zones.includes(zone))?.[0];
}

/** Each once, however it was typed. */
function canonicalZones(names: readonly string[]): string[] {
  const wrong = names.find((name) => canonicalZone(name) === null);
  if (wrong === undefined) return [...new Set(names.flatMap((name) => canonicalZone(name) ?? []))];
  const near = nearestWord(wrong, Intl.supportedValuesOf('timeZone'));
  throw new InputError(
    `there is no time zone ${wrong}.${near === null ? '' : ` Did you mean ${near}?`}`,
    'Accepted: IANA names, Asia/Jakarta.',
  );
}

function zonesOf({ zone, province }: HourOptions, country: string): string[] {
  const zones = candidateZones(zoneTables, country, [
    ...(zone ?? []).map((iana) => ({ iana })),
    ...(province === undefined || zone !== undefined ? [] : [{ province }]),
  ]);
  if (zones.length > 0) return zones;
  if (province?.startsWith('ID-') === true) {
    const codes = Object.entries(zoneTables.provinces).map(([code, [name]]) => `${code} ${name}`);
    throw new InputError(`there is no province ${province}`, `Accepted: ${codes.join(', ')}.`);
  }
  // of other countries no provinces are known: all the country's zones, as for a mobile number
  return candidateZones(zoneTables, country, [{ mobile: country }]);
}

/** The whole type, or its first letters when only one begins with them. */
function productOf(product: string | undefined, packs: readonly RulePack[]): string | null {
  if (product === undefined) return null;
  const types = [...new Set(packs.flatMap(({ appliesTo }) => appliesTo?.productTypes ?? []))];
  if (types.includes(product)) return product;
  const [only, ...more] = types.filter((type) => type.startsWith(product));
  if (only !== undefined && more.length === 0) return only;
  throw new InputError(
    `no rule pack names a product ${product}`,
    `Accepted: ${types.sort().join(', ')}; without --product every pack counts.`,
  );
}
