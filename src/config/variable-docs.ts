import { z } from 'zod';

/** What a person needs to know of a variable; `.env.example` and every message are made of it. */
export interface VariableDoc {
  readonly about: string;
  readonly accepted: string;
  /** A value that is accepted, or how to make one: shown when there is no default. */
  readonly example?: string;
  /** The value is never repeated in a message. */
  readonly secret?: true;
}

/** Documentation of each variable, by its schema. */
export const variableDocs = z.registry<VariableDoc>();
