import { DocumentRefused } from '../../../../dialer/campaign-documents';
import { PastDateError } from '../../../../dialer/preview';
import type { DocumentProblem } from '../../../domain/campaign-document/parse-campaign-document';
import { InputError } from '../input-error';

/** `november.yaml:6:13 accounts.bukket: is not a known field; accepted: bucket? …` */
export function problemLine(file: string, problem: DocumentProblem): string {
  const { field, reason, accepted, line, column } = problem;
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  return `${place} ${field}: ${reason}; accepted: ${accepted}`;
}

/** Runs `work`; what is wrong with the document is told line by line. @throws InputError */
export async function withDocument<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PastDateError) {
      const { date, today } = error;
      throw new InputError(`--date: ${date} is over; accepted: ${today} or later`);
    }
    if (!(error instanceof DocumentRefused)) throw error;
    throw new InputError(...error.problems.map((problem) => problemLine(file, problem)));
  }
}
