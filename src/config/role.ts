/** The parts of the program that one process can play. */
export const ROLES = ['api', 'scheduler', 'sip', 'workers'] as const;
export type Role = (typeof ROLES)[number];
