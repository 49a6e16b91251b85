import { once as emitted, type EventEmitter } from 'node:events';
import type { AppDialog, AppRequest, AppResponse } from './srf-types';

const LIMIT_MS = 5_000;

interface DialogEvents {
  ack: [AppRequest];
  destroy: [AppRequest, string?];
  modify: [AppRequest, AppResponse];
  info: [AppRequest, AppResponse];
}

/** Arguments of the dialog's next event of this name; rejects after five seconds. */
export async function once<E extends keyof DialogEvents>(
  dialog: AppDialog,
  event: E,
): Promise<DialogEvents[E]> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  return (await emitted(dialog as unknown as EventEmitter, event, {
    signal,
  })) as DialogEvents[E];
}
