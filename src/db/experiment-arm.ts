import type { Arm, ComparedParts } from '../domain/campaign-document/experiment';

/** Whom a campaign calls otherwise now, and how: `campaign.split`. Null there: nobody. */
export interface Split {
  /** Of the experiment. */
  readonly name: string;
  /** Percent of people. */
  readonly share: number;
  /** The parts of the settings that the challenger has otherwise, whole. */
  readonly parts: ComparedParts;
}

/** The lot of a person of campaign `c`, null without a split. TypeScript: dialer/arm-of.ts. */
const inChallenger = (debtorId: string): string =>
  `share_of(${debtorId}, 'experiment ' || (c.split->>'name')) < (c.split->>'share')::float8 / 100`;

/** The settings by which campaign `c` calls a person. @param debtorId an expression */
export const settingsFor = (debtorId: string): string => `(case when ${inChallenger(debtorId)}
  then c.settings || (c.split->'parts') else c.settings end)`;

/** What an attempt keeps of it: `{name, arm}`; null without a split. */
export const armFor = (debtorId: string): string => `case when c.split is not null
  then jsonb_build_object('name', c.split->'name', 'arm', case when ${inChallenger(debtorId)}
    then 'challenger' else 'champion' end) end`;

/** {@link armFor} as it is read. */
export interface KeptArm {
  readonly name: string;
  readonly arm: Arm;
}
