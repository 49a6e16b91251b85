import type { HoldKind } from './hold-kind';
import { VULNERABILITIES, type Vulnerability } from './case-kind';

/** How a vulnerable person is treated: gentler than anybody, never harder. */
export interface Treatment {
  /** No contact at all for so many days; 0: none of that. */
  readonly pauseDays: number;
  /** After that at most one contact in so many days. */
  readonly contactGapDays: number;
  /** It is looked at again after so many days. */
  readonly reviewDays: number;
}

/** Nobody vulnerable is contacted more often than once in so many days, whatever a policy says. */
export const LEAST_CONTACT_GAP_DAYS = 14;

export const USUAL_TREATMENTS: Readonly<Record<Vulnerability, Treatment>> = {
  job_loss: { pauseDays: 30, contactGapDays: 14, reviewDays: 60 },
  illness: { pauseDays: 30, contactGapDays: 14, reviewDays: 90 },
  // forty days of mourning
  death_in_family: { pauseDays: 40, contactGapDays: 14, reviewDays: 90 },
  disaster: { pauseDays: 60, contactGapDays: 14, reviewDays: 90 },
  mental_distress: { pauseDays: 60, contactGapDays: 30, reviewDays: 90 },
  elderly: { pauseDays: 0, contactGapDays: 14, reviewDays: 365 },
};

const HOLD_OF: Readonly<Record<Vulnerability, HoldKind>> = {
  job_loss: 'hardship',
  illness: 'vulnerable',
  death_in_family: 'mourning',
  disaster: 'disaster',
  mental_distress: 'mental_health_moratorium',
  elderly: 'vulnerable',
};

/**
 * The treatment of one vulnerability; of an unsorted one the gentlest in everything, until somebody
 * has sorted it.
 */
export function treatmentOf(
  type: string | null,
  treatments: Readonly<Record<Vulnerability, Treatment>>,
): Treatment & { readonly hold: HoldKind } {
  const known = VULNERABILITIES.find((one) => one === type);
  if (known !== undefined) return { ...gentle(treatments[known]), hold: HOLD_OF[known] };
  const all = VULNERABILITIES.map((one) => gentle(treatments[one]));
  return { ...all.reduce(gentler), hold: 'vulnerable' };
}

function gentle(treatment: Treatment): Treatment {
  const contactGapDays = Math.max(treatment.contactGapDays, LEAST_CONTACT_GAP_DAYS);
  return { ...treatment, contactGapDays };
}

/** Of two treatments the gentler one in everything: more reasons for care never mean less of it. */
export function gentler(a: Treatment, b: Treatment): Treatment {
  return {
    pauseDays: Math.max(a.pauseDays, b.pauseDays),
    contactGapDays: Math.max(a.contactGapDays, b.contactGapDays),
    reviewDays: Math.max(a.reviewDays, b.reviewDays),
  };
}

const DAY_MS = 86_400_000;

/** Until when nobody may contact the person, counted from a contact, or from when it became known. */
export function silentUntil(treatment: Treatment, from: Date): Date {
  const days = Math.max(treatment.pauseDays, treatment.contactGapDays);
  return new Date(from.getTime() + days * DAY_MS);
}
