import type { GroupRow, PersonModelRow, PersonRow } from '../src/db/best-time-models';
import type { MomentFacts, StatedPayday } from '../src/db/moment-facts';
import { zoneEvidenceOf, type KnownPlaces } from '../src/domain/zone-evidence';
import { NEW_GROUP, type GroupModel, type Groups } from './best-time/group-model';
import type { Person } from './best-time/moment-score';
import { packGroup, unpackGroup } from './best-time/pack-group';
import { numberScores } from './best-time/number-score';
import { fundsLast, observedPayday, type PayCycle, type Payday } from './best-time/payday';
import { NEW_PERSON, packPerson, unpackPerson, type PersonModel } from './best-time/person-model';
import { FloorOutlook } from './floor-outlook';
import { zoneTables } from './compliance/shipped/zone-tables';
import { candidateZones } from './compliance/zones';

/** Models that were read, by whom they are of; learning replaces them, saving packs them again. */
export class ModelShelf {
  private readonly groups = new Map<
    string,
    { readonly row: GroupRow; readonly model: GroupModel }
  >();
  private readonly persons = new Map<string, PersonModel>();

  constructor(
    groups: readonly GroupRow[] = [],
    persons: readonly PersonRow[] = [],
    private readonly outlooks: ReadonlyMap<string, FloorOutlook> = new Map(),
  ) {
    for (const row of groups) {
      this.groups.set(keyOf(row.creditorId, row.segment), { row, model: unpackGroup(row.state) });
    }
    for (const { debtorId, state } of persons) this.persons.set(debtorId, unpackPerson(state));
  }

  groupsOf(creditorId: string, segment: string): Groups {
    const group = (name: string): GroupModel =>
      this.groups.get(keyOf(creditorId, name))?.model ?? NEW_GROUP;
    return { portfolio: group(''), segment: group(segment) };
  }

  personOf(debtorId: string): PersonModel {
    return this.persons.get(debtorId) ?? NEW_PERSON;
  }

  /** What is planned for the creditor's hours ahead. */
  outlookOf(creditorId: string): FloorOutlook {
    return this.outlooks.get(creditorId) ?? NOTHING_KNOWN;
  }

  put(
    of: { readonly creditorId: string; readonly segment: string; readonly debtorId: string },
    models: Groups & { readonly person: PersonModel },
  ): void {
    const { creditorId, segment, debtorId } = of;
    this.putGroup(creditorId, '', models.portfolio);
    this.putGroup(creditorId, segment, models.segment);
    this.persons.set(debtorId, models.person);
  }

  private putGroup(creditorId: string, segment: string, model: GroupModel): void {
    const row = { creditorId, segment, state: new Uint8Array() };
    this.groups.set(keyOf(creditorId, segment), { row, model });
  }

  /** Every model on the shelf, packed. */
  packed(): { groups: GroupRow[]; persons: PersonModelRow[] } {
    return {
      groups: [...this.groups.values()].map(({ row, model }) => ({
        ...row,
        state: packGroup(model),
      })),
      persons: [...this.persons].map(([debtorId, person]) => ({
        debtorId,
        state: packPerson(person),
        numbers: numberScores(person),
      })),
    };
  }
}

/** No hour is crowded, whatever is planned. */
const NOTHING_KNOWN = new FloorOutlook(null);

const keyOf = (creditorId: string, segment: string): string => `${creditorId} ${segment}`;

/** First day past due of each bucket but the first. */
const BUCKETS = [
  [91, '90+'],
  [61, '61-90'],
  [31, '31-60'],
  [11, '11-30'],
  [1, '1-10'],
] as const;

/** The part of the portfolio whose habits the person shares until they show their own. */
export function segmentOf({
  product,
  daysPastDue,
}: Pick<MomentFacts, 'product' | 'daysPastDue'>): string {
  const bucket = BUCKETS.find(([from]) => daysPastDue >= from)?.[1] ?? 'pre-due';
  return `${product ?? '-'} ${bucket}`;
}

/** What the model is told of the person. @param phoneId the number that is, or was, dialed */
export function personFrom(facts: MomentFacts, model: PersonModel, phoneId: string | null): Person {
  return {
    model,
    payday: paydayOf(facts),
    preferred: facts.preferred,
    number: phoneId === null ? null : numberByte(phoneId),
  };
}

/** The end of the id is random: the few numbers of a person differ in it. */
export const numberByte = (phoneId: string): number => Number.parseInt(phoneId.slice(-2), 16);

/** What the person, or the employer, said goes before what payments show. */
export function paydayOf({
  payday,
  paymentDates,
}: Pick<MomentFacts, 'payday' | 'paymentDates'>): Payday | null {
  const cycle = payday === null ? null : cycleOf(payday);
  if (payday === null || cycle === null) return observedPayday(paymentDates);
  return {
    cycle,
    source: payday.source,
    confidence: 1,
    seen: 0,
    of: 0,
    fundsLastDays: fundsLast(paymentDates, cycle),
  };
}

function cycleOf({ kind, day }: StatedPayday): PayCycle | null {
  if (kind === 'irregular') return { kind };
  if (day === null) return null;
  return kind === 'monthly' ? { kind, dayOfMonth: day } : { kind, weekday: day };
}

/** Zones that the person may be in, as the gate finds them. */
export function zonesOf(facts: MomentFacts): string[] {
  const { statedZone, province, country, e164, line } = facts;
  const where = zoneEvidenceOf(
    { statedZone, province, country, e164, line: line ?? 'unknown' },
    // a country without area codes has no key
    zoneTables as KnownPlaces,
  );
  return candidateZones(zoneTables, country, where.evidence);
}
