import type { FieldProblem } from './field-problem';

export const IMPORT_FORMATS = ['csv', 'jsonl'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** One fault of one row. `line` is where the row begins in the file, from 1. */
export interface ImportRejection extends FieldProblem {
  readonly line: number;
}

/** Rows by what the import did with them, or would do. */
export interface ImportCounts {
  readonly newCount: number;
  readonly changedCount: number;
  readonly unchangedCount: number;
  readonly rejectedCount: number;
}

/** How many rejections a report holds itself; all of them are in the database. */
export const REPORTED_REJECTIONS = 100;

export interface ImportReport extends ImportCounts {
  readonly importId: string;
  readonly creditorCode: string;
  readonly fileName: string;
  readonly format: ImportFormat;
  readonly dryRun: boolean;
  /** `failed`: the file could not be read to its end; what was read before counts. */
  readonly state: 'done' | 'failed';
  /** Why it failed. */
  readonly error: string | null;
  /** Lower-case hex; null when the file was not read to its end. */
  readonly fileSha256: string | null;
  /** The first ones, by line. */
  readonly rejections: readonly ImportRejection[];
}

/** The report for a person at a terminal. */
export function formatImportReport(report: ImportReport): string {
  const { newCount, changedCount, unchangedCount, rejectedCount } = report;
  const would = report.dryRun ? 'would be ' : '';
  const lines = [
    `${report.dryRun ? 'Dry run of' : 'Import of'} ${report.fileName} for creditor ${report.creditorCode}`,
    ...(
      [
        [newCount, `${would}new`],
        [changedCount, `${would}changed`],
        [unchangedCount, 'unchanged'],
        [rejectedCount, 'rejected'],
      ] as const
    ).map(([count, what]) => `${String(count).padStart(9)}  ${what}`),
  ];
  if (report.rejections.length > 0) {
    lines.push('', ...likeRejections(report.rejections).map(formatRejections));
    const rows = new Set(report.rejections.map((rejection) => rejection.line)).size;
    if (rows < rejectedCount) {
      lines.push(`… and ${rejectedCount - rows} more rows, kept with import ${report.importId}`);
    }
  }
  if (report.error !== null) lines.push('', `Stopped: ${report.error}`);
  else if (newCount + changedCount + unchangedCount + rejectedCount === 0) {
    lines.push('', 'The file holds no rows.');
  }
  if (report.dryRun) lines.push('', 'Nothing was changed.');
  return lines.join('\n');
}

/** Rejections of the same kind together, in the order of the first of each. */
function likeRejections(rejections: readonly ImportRejection[]): ImportRejection[][] {
  const kinds = new Map<string, ImportRejection[]>();
  for (const each of rejections) {
    const kind = `${each.field}: ${each.reason}. ${each.accepted}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), each]);
  }
  return [...kinds.values()];
}

/** One mistake made in every row is told once. */
function formatRejections([first, ...others]: ImportRejection[]): string {
  if (first === undefined) return '';
  const { line, field, reason, accepted } = first;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `  line ${line}${more}, ${field}: ${reason}. Accepted: ${accepted}`;
}
