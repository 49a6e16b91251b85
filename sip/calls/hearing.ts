import type { SupervisionMode } from '../../src/domain/supervision';

/** Who may sit in a talk. */
export type Seat = 'agent' | 'debtor' | 'third' | 'supervisor';

/** What a talk is at the moment, for those beside the agent and the debtor. */
export interface Room {
  /** `private`: the agent talks to them, and the debtor waits; `joined`: all three hear each other. */
  readonly third: 'none' | 'private' | 'joined';
  /** Null: nobody listens. */
  readonly supervisor: SupervisionMode | null;
}

/**
 * Who hears whom. A supervisor hears all; who listens is heard by nobody, who whispers by the agent
 * alone, who barges in by everybody whom the agent can hear, and by the debtor.
 */
export function hearing({ third, supervisor }: Room): Record<Seat, readonly Seat[]> {
  const joined: readonly Seat[] =
    third === 'none' ? ['agent', 'debtor'] : ['agent', 'debtor', 'third'];
  const talking: readonly Seat[] = third === 'private' ? ['agent', 'third'] : joined;
  const of = (seat: Seat): readonly Seat[] => {
    if (seat === 'supervisor') return supervisor === null ? [] : joined;
    const others = talking.includes(seat) ? talking.filter((other) => other !== seat) : [];
    const hearsSupervisor =
      (supervisor === 'barge' && joined.includes(seat)) ||
      (supervisor === 'whisper' && seat === 'agent');
    return hearsSupervisor ? [...others, 'supervisor'] : others;
  };
  return {
    agent: of('agent'),
    debtor: of('debtor'),
    third: of('third'),
    supervisor: of('supervisor'),
  };
}
