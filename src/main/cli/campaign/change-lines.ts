import type { DocumentChange } from '../../../domain/campaign-document/diff-documents';

/** `- field: before` and `+ field: after` of each change. */
export function changeLines(changes: readonly DocumentChange[]): string[] {
  return changes.flatMap((change) => {
    const shown = (value: unknown) => JSON.stringify(value);
    return [
      ...('before' in change ? [`- ${change.field}: ${shown(change.before)}`] : []),
      ...('after' in change ? [`+ ${change.field}: ${shown(change.after)}`] : []),
    ];
  });
}
