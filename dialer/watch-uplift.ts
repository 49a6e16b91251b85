import {
  listDialedCreditors,
  readUpliftSums,
  tellUplift,
  type ReportScope,
} from '../src/db/best-time-report';
import type { Database, Queryable } from '../src/db/database';
import { uplift, type Uplift } from './best-time/uplift';

const DAY_MS = 86_400_000;
/** The report looks back so far unless it is asked otherwise. */
export const UPLIFT_DAYS = 60;

export const daysBefore = (now: Date, days: number): Date =>
  new Date(now.getTime() - days * DAY_MS);

/** What the model adds against the control group. */
export async function readUplift(db: Queryable, scope: ReportScope): Promise<Uplift> {
  const { model, control } = await readUpliftSums(db, scope);
  return uplift(model, control);
}

/** A creditor whose model brings fewer contacts than chance would. */
export interface Behind {
  readonly creditorId: string;
  readonly per1000: number | null;
}

/** Looks at every creditor that is dialed for. @returns those that fell behind since the last look */
export async function watchUplift(db: Database, now: Date): Promise<Behind[]> {
  const since = daysBefore(now, UPLIFT_DAYS);
  const behind: Behind[] = [];
  for (const creditorId of await listDialedCreditors(db, since)) {
    const found = await readUplift(db, { creditorId, campaignId: null, since });
    const { verdict, per1000, low, high } = found;
    if (verdict === 'not_enough_data') continue;
    const negative = verdict === 'negative';
    const began = await db.transaction((tx) =>
      tellUplift(tx, creditorId, { negative, per1000, low, high }),
    );
    if (began) behind.push({ creditorId, per1000 });
  }
  return behind;
}
