import type { Role } from '../domain/role';

export const ADMIN: readonly Role[] = ['admin'];
export const MANAGER: readonly Role[] = ['admin', 'manager'];
export const SUPERVISOR: readonly Role[] = ['admin', 'manager', 'supervisor'];
export const AGENT: readonly Role[] = ['agent'];
/** A machine that hears talks: it tells, and sees nothing. */
export const TRANSCRIBER: readonly Role[] = ['transcriber'];
/** Routes that show an agent its own work alone. */
export const EVERYONE: readonly Role[] = ['admin', 'manager', 'supervisor', 'agent'];

/**
 * `creditors`: a key that is bound to creditors may call it too, and gets what Postgres lets it see
 * of theirs. `platform`: such a key is refused. Keys that are not bound may call either.
 */
export type Reach = 'platform' | 'creditors';

export interface Rights {
  readonly roles: readonly Role[];
  readonly reach: Reach;
}
export type Access = 'public' | Rights;

export const platform = (roles: readonly Role[]): Rights => ({ roles, reach: 'platform' });
export const creditors = (roles: readonly Role[]): Rights => ({ roles, reach: 'creditors' });
