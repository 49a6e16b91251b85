/**
 * Whose key it is. admin > manager > supervisor; an agent stands apart and sees its own work; a
 * transcriber is a machine that tells what was said, and sees nothing.
 */
export const ROLES = ['admin', 'manager', 'supervisor', 'agent', 'transcriber'] as const;
export type Role = (typeof ROLES)[number];

/** Managers and admins see whole telephone numbers; everybody else sees them masked. */
export function seesWholeNumbers(role: Role): boolean {
  return role === 'admin' || role === 'manager';
}
