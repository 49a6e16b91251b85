import { metaOf, sipFrame } from '../admin/admin-frame';
import { dialogIdOf, refreshTarget } from '../dialog/dialog';
import { buildResponse } from '../message/build-response';
import type { ReceivedRequest } from '../message/sip-message';
import { formatSipMessage } from '../message/sip-message';
import type { InviteServerTransaction } from '../transaction/invite-server-transaction';
import type { ServerTransaction } from '../transaction/server-transaction';
import type { TransactionUser } from '../transaction/transaction-layer';
import type { Flow } from '../transport/flow';
import type { AppDialog, Core } from './core';
import { endsSubscription } from './ends-subscription';
import { IncomingRequest } from './incoming-request';

/** Methods an application may be asked to handle outside a dialog. */
const INITIAL_METHODS = new Set([
  'INVITE',
  'REGISTER',
  'MESSAGE',
  'OPTIONS',
  'INFO',
  'NOTIFY',
  'SUBSCRIBE',
  'PUBLISH',
  'REFER',
]);
const DIALOG_ONLY_METHODS = new Set(['BYE', 'PRACK', 'UPDATE']);

/**
 * Requests from the network: to the application that owns the dialog, else to one that asked for the
 * method. Nothing is ever forwarded to a third party, whatever its Route or Request-URI says.
 */
export class RequestReceiver implements TransactionUser {
  constructor(private readonly core: Core) {}

  isInDialog({ callId, toTag, fromTag }: ReceivedRequest): boolean {
    return this.core.dialogs.find(callId, toTag, fromTag) !== undefined;
  }

  request(transaction: ServerTransaction): void {
    if (transaction.request.toTag === '') this.receiveInitial(transaction);
    else this.receiveInDialog(transaction);
  }

  cancelled(invite: InviteServerTransaction, cancel: ReceivedRequest): void {
    if (invite.user instanceof IncomingRequest) invite.user.abandon(487, cancel);
    else refuse(invite, 487);
  }

  ack(request: ReceivedRequest, flow: Flow): void {
    const dialog = this.core.dialogs.find(request.callId, request.toTag, request.fromTag);
    const invite = dialog?.incomingInvite;
    if (dialog === undefined || !invite?.acknowledge(request)) return;
    dialog.flow = flow;
    const meta = metaOf('network', request.bytes, flow);
    const ids = { transactionId: invite.id, dialogId: dialog.id };
    dialog.app.send(sipFrame(meta, ids, formatSipMessage(request)));
  }

  private receiveInitial(transaction: ServerTransaction): void {
    const { core } = this;
    const { request } = transaction;
    if (!INITIAL_METHODS.has(request.method)) {
      refuse(transaction, DIALOG_ONLY_METHODS.has(request.method) ? 481 : 501);
      return;
    }
    if (Number(request.headers.get('max-forwards') ?? '70') === 0) {
      refuse(transaction, 483);
      return;
    }
    // A fork of a call that already stands: the application knows dialogs by Call-ID and From tag.
    if (core.dialogs.get(dialogIdOf(request.callId, request.fromTag)) !== undefined) {
      refuse(transaction, 482);
      return;
    }
    const app = core.apps.select(request.method);
    if (app === undefined || (request.method === 'INVITE' && core.dialogs.isFull)) {
      core.log('debug', 'no application takes this request', { method: request.method });
      refuse(transaction, 503);
      return;
    }
    new IncomingRequest(core, transaction, app, undefined).deliver();
  }

  private receiveInDialog(transaction: ServerTransaction): void {
    const { core } = this;
    const { request } = transaction;
    const dialog = core.dialogs.find(request.callId, request.toTag, request.fromTag);
    if (dialog === undefined) {
      refuse(transaction, 481);
      return;
    }
    const status = judgeInDialog(dialog, request);
    // A PRACK that acknowledges nothing is refused (RFC 3262 section 3).
    if (status === undefined && request.method === 'PRACK') {
      if (!dialog.incomingInvite?.acknowledgeProvisional(request)) {
        refuse(transaction, 481);
        return;
      }
    }
    if (status !== undefined) {
      refuse(transaction, status, status === 500 ? [['Retry-After', '5']] : []);
      return;
    }
    dialog.remoteSeq = request.cseq.number;
    refreshTarget(dialog, request, transaction.flow);
    if (request.method === 'BYE') {
      core.dialogs.remove(dialog);
      dialog.incomingInvite?.stopRetransmitting();
      dialog.incomingInvite?.abandon(487);
    }
    if (endsSubscription(dialog, request.method, request.headers)) core.dialogs.remove(dialog);
    new IncomingRequest(core, transaction, dialog.app, dialog).deliver();
  }
}

/** @returns the status that refuses a request inside a dialog, or undefined to let it pass. */
function judgeInDialog(dialog: AppDialog, request: ReceivedRequest): number | undefined {
  // Section 12.2.2: out of order. A request sent twice is a retransmission and never comes this far.
  if (dialog.remoteSeq !== undefined && request.cseq.number <= dialog.remoteSeq) return 500;
  if (request.method !== 'INVITE') return undefined;
  // Section 14.2: our INVITE is under way, or theirs has no final response yet.
  if (dialog.outgoingInvite?.isPending) return 491;
  if (dialog.incomingInvite?.transaction.isPending) return 500;
  // Our 2xx has no ACK yet (RFC 5407 section 3.1.4).
  return dialog.incomingInvite === undefined ? undefined : 491;
}

function refuse(
  transaction: ServerTransaction,
  status: number,
  headers: Iterable<[string, string]> = [],
): void {
  const toTag = transaction.localTag;
  transaction.respond(buildResponse(transaction.request, status, { toTag, headers }));
}
