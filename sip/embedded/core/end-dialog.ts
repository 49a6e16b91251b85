import { metaOf, sipFrame } from '../admin/admin-frame';
import { requestInDialog } from '../dialog/dialog';
import { formatSipMessage } from '../message/sip-message';
import type { AppDialog, Core } from './core';
import { dialogRoute } from './dialog-route';
import { routeTo } from './route-to';

const IGNORED = {
  response: (): void => undefined,
  failed: (): void => undefined,
  overdue: (): void => undefined,
};

/**
 * Hangs up a dialog of the server's own accord, and tells the application by the "unsolicited" BYE
 * drachtio-srf knows: it ends the dialog there with this text as its reason.
 */
export function endDialog(core: Core, dialog: AppDialog, reason: string): void {
  if (core.dialogs.get(dialog.id) !== dialog) return;
  core.dialogs.remove(dialog);
  dialog.incomingInvite?.stopRetransmitting();
  const bye = requestInDialog(dialog, 'BYE', ++dialog.localSeq);
  bye.headers.add('Reason', `SIP;cause=200;text="${reason}"`);
  routeTo(core.network, dialogRoute(core, dialog), (flow) => {
    const { request } = core.transactions.sendRequest(bye, flow, IGNORED);
    const text = formatSipMessage(request);
    const meta = metaOf('application', Buffer.byteLength(text), flow);
    const ids = { transactionId: 'unsolicited', dialogId: dialog.id };
    dialog.app.send(sipFrame(meta, ids, text));
  });
}
