import type { AllocationPolicy } from './collection-policy/allocation';
import { byDueDate, MINOR_OF, type Component, type Components, type Instalment } from './debt';

/** What of an amount paid what. */
export interface AllocatedPart {
  readonly instalmentId: string;
  readonly component: Component;
  /** Minor units, above 0. */
  readonly amountMinor: bigint;
}

export interface Allocated {
  readonly parts: readonly AllocatedPart[];
  /** What nothing was left to be paid with. */
  readonly unappliedMinor: bigint;
  /** What is outstanding then, in the order of due dates. */
  readonly instalments: readonly Instalment[];
}

/**
 * Divides an amount over what is outstanding, in the policy's order. The parts and what is unapplied
 * add up to the amount. Pure.
 * @param policy.order the components that may be paid, first to last; one left out is not paid
 */
export function allocate(
  instalments: readonly Instalment[],
  amountMinor: bigint,
  policy: {
    readonly order: readonly Component[];
    readonly first: AllocationPolicy['first'];
  },
): Allocated {
  const left = [...instalments]
    .sort(byDueDate)
    .map((each) => ({ ...each, outstanding: { ...each.outstanding } }));
  const parts: AllocatedPart[] = [];
  let rest = amountMinor;
  for (const [instalment, component] of turns(left, policy)) {
    const key = MINOR_OF[component];
    const paid = rest < instalment.outstanding[key] ? rest : instalment.outstanding[key];
    if (paid <= 0n) continue;
    instalment.outstanding[key] -= paid;
    rest -= paid;
    parts.push({ instalmentId: instalment.id, component, amountMinor: paid });
  }
  return { parts, unappliedMinor: rest, instalments: left };
}

type Open = Omit<Instalment, 'outstanding'> & {
  outstanding: { -readonly [Key in keyof Components]: bigint };
};

/** Each part of the debt, in the order in which it is paid. */
function turns(
  instalments: readonly Open[],
  { order, first }: Parameters<typeof allocate>[2],
): (readonly [Open, Component])[] {
  return first === 'instalment'
    ? instalments.flatMap((each) => order.map((component) => [each, component] as const))
    : order.flatMap((component) => instalments.map((each) => [each, component] as const));
}
