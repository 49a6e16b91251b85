import type { Bucket } from './campaign-document/account-filter';
import { totalOf, type Components, type Debt } from './debt';

/** A debt as it is shown and kept: amounts are integer minor units as text. */
export interface DebtRecord {
  readonly accountId: string;
  readonly creditorId: string;
  readonly currency: string;
  readonly dueMinor: string;
  readonly totalMinor: string;
  readonly oldestDueDate: string | null;
  readonly daysPastDue: number;
  readonly bucket: Bucket;
  readonly zone: string;
  /** ISO 8601, UTC. */
  readonly asOf: string;
  readonly instalments: {
    readonly id: string;
    readonly number: number;
    readonly dueDate: string;
    readonly outstandingMinor: string;
    readonly principalMinor: string;
    readonly interestMinor: string;
    readonly penaltyMinor: string;
    readonly feeMinor: string;
  }[];
}

export function debtRecord(debt: Debt): DebtRecord {
  const { instalments, dueMinor, totalMinor, asOf, ...same } = debt;
  return {
    ...same,
    asOf: asOf.toISOString(),
    dueMinor: dueMinor.toString(),
    totalMinor: totalMinor.toString(),
    instalments: instalments.map(({ outstanding, ...instalment }) => ({
      ...instalment,
      outstandingMinor: totalOf(outstanding).toString(),
      ...componentsRecord(outstanding),
    })),
  };
}

const componentsRecord = (of: Components) => ({
  principalMinor: of.principalMinor.toString(),
  interestMinor: of.interestMinor.toString(),
  penaltyMinor: of.penaltyMinor.toString(),
  feeMinor: of.feeMinor.toString(),
});
