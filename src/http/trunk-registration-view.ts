import { z } from 'zod';
import { Problem } from './problem';
import { id, instant } from './schemas';

/** How each sip process stands with a carrier at which it registers. */
export const trunkRegistrations = z
  .array(
    z.object({
      sipInstanceId: id,
      state: z.enum(['registered', 'failed']),
      since: instant,
      registeredUntil: instant.nullable(),
      nextAt: instant.describe('When the carrier is asked next'),
      sipStatus: z.number().int().nullable().describe('Answer to the latest REGISTER'),
      reason: z.string().nullable().describe('Why the latest REGISTER failed'),
    }),
  )
  .readonly()
  .describe('Of a trunk with auth "register", by sip process; while none stands it is not chosen');

/** @throws Problem naming the field that a carrier's registrar would ask for */
export function refuseRegistrationWithoutPassword(
  auth: 'ip' | 'register' | undefined,
  { username, hasPassword }: { readonly username: string | null; readonly hasPassword: boolean },
): void {
  if (auth !== 'register' || (username !== null && hasPassword)) return;
  const field = username === null ? 'username' : 'password';
  const errors = [
    { field, reason: 'is missing, and auth is "register"', accepted: 'what the carrier has given' },
  ];
  throw new Problem('invalid_request', 'Something in the body is not accepted.', {
    in: 'body',
    errors,
  });
}
