import type { Queryable } from '../src/db/database';
import { readCampaignsOf, readPeopleServed, type PeopleServed } from '../src/db/people-served';
import { overlaps, type Shift } from '../src/domain/roster';
import { zoneTables } from './compliance/shipped/zone-tables';
import { candidateZones } from './compliance/zones';
import type { Gate } from './create-gate';
import { lawfulTimes, type TimesSubject } from './lawful-times';

/**
 * Shifts during which nobody may be called whom the agent's campaigns call, by the hours of the rules
 * for everybody: what one person agreed to is left out. Whose zone is not known may be in any of the
 * country. An agent without campaigns has no such shift.
 */
export async function unlawfulShifts<S extends Shift & { readonly agentId: string }>(
  { rules, clock }: Pick<Gate, 'rules' | 'clock'>,
  db: Queryable,
  shifts: readonly S[],
): Promise<S[]> {
  if (shifts.length === 0) return [];
  const campaignsOf = await readCampaignsOf(db, [...new Set(shifts.map(({ agentId }) => agentId))]);
  const served = await readPeopleServed(db, [...new Set([...campaignsOf.values()].flat())]);
  const binding = await rules.bindingAt(db, clock());
  const mayCall = (who: TimesSubject, shift: Shift): boolean =>
    lawfulTimes(binding, who, shift.from.getTime()).spans.some(({ fromMs, toMs }) =>
      overlaps({ from: new Date(fromMs), to: new Date(toMs) }, shift),
    );
  const known = new Map<string, boolean>();
  return shifts.filter((shift) => {
    const campaigns = campaignsOf.get(shift.agentId) ?? [];
    const key = `${shift.from.getTime()} ${shift.to.getTime()} ${campaigns.join()}`;
    let isUnlawful = known.get(key);
    if (isUnlawful === undefined) {
      const people = served.filter(({ campaignId }) => campaigns.includes(campaignId));
      const isLawful = people.flatMap(subjectsOf).some((who) => mayCall(who, shift));
      isUnlawful = people.length > 0 && !isLawful;
      known.set(key, isUnlawful);
    }
    return isUnlawful;
  });
}

function subjectsOf(people: PeopleServed): TimesSubject[] {
  const { campaignId: _of, statedZone, ...who } = people;
  const { country, province } = who;
  const zones =
    statedZone === null
      ? candidateZones(zoneTables, country, province === null ? [] : [{ province }])
      : [statedZone];
  const anywhere = zones.length === 0 ? (zoneTables.countryZones[country] ?? []) : zones;
  return anywhere.map((zone) => ({ ...who, product: null, zones: [zone] }));
}
