import type { VerifyReport } from '../../proof/verify-export';

/** What a verification found, in lines; the last one says whether all is well. */
export function formatVerifyReport(report: VerifyReport): string[] {
  const { days, chains, creditors, debtorId, keys, problems, problemCount, entries, notes } =
    report;
  const untold = problemCount - problems.length;
  return [
    ...(days === null ? [] : [`Days: ${days.from} to ${days.to}, UTC`]),
    ...(debtorId === null ? [] : [`Person: ${debtorId}`]),
    ...chains.map((chain) => {
      const code = creditors.find((named) => named.chain === chain)?.code;
      return code === undefined ? `Chain: ${chain}` : `Chain: ${chain}, ${code}`;
    }),
    ...keys.map(({ id, pinned, signatures }) => {
      const trust = pinned
        ? 'trusted by --key'
        : 'from the export itself: compare it, or pass --key';
      return `Key: ${id}, ${signatures} signatures, ${trust}`;
    }),
    ...problems,
    ...(untold === 0 ? [] : [`… and ${untold} more`]),
    ...notes,
    problemCount === 0 ? `${entries} entries verified` : `${problemCount} problems`,
  ];
}
