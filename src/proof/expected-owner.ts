import { INSTALLATION_CHAIN } from './ledger-entry';
import type { VerifyReport } from './verify-export';

/** Whose file it has to be; null: whoever's. */
export interface ExpectedOwner {
  /** A creditor's code. */
  readonly creditor: string | null;
  /** The id of a person, of an evidence slice. */
  readonly debtor: string | null;
}

/**
 * The report of a file, with a problem when it is another's than was expected: two files that were swapped
 * each verify. A creditor's file may hold the installation's chain, and no other creditor's.
 */
export function withExpectedOwner(report: VerifyReport, expected: ExpectedOwner): VerifyReport {
  const problems = [
    ...(expected.creditor === null ? [] : creditorFaults(report, expected.creditor)),
    ...(expected.debtor === null ? [] : debtorFaults(report, expected.debtor)),
  ].map((fault) => `the file: ${fault}`);
  return {
    ...report,
    problems: [...report.problems, ...problems],
    problemCount: report.problemCount + problems.length,
  };
}

function creditorFaults({ chains, creditors }: VerifyReport, expected: string): string[] {
  const codes = new Map(creditors.map(({ chain, code }) => [chain, code]));
  const owned = [...new Set([...chains, ...codes.keys()])].filter(
    (chain) => chain !== INSTALLATION_CHAIN,
  );
  if (owned.length === 0) return [`is of no creditor, and ${expected} is expected`];
  return owned
    .filter((chain) => codes.get(chain) !== expected)
    .map(
      (chain) => `is of ${codes.get(chain) ?? `the unnamed ${chain}`}, and ${expected} is expected`,
    );
}

function debtorFaults({ debtorId }: VerifyReport, expected: string): string[] {
  if (debtorId === expected) return [];
  const whose = debtorId === null ? 'does not say of which person it is' : `is of ${debtorId}`;
  return [`${whose}, and ${expected} is expected`];
}
