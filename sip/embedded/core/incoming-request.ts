import { randomUUID } from 'node:crypto';

import { metaOf, sipFrame } from '../admin/admin-frame';
import type { App } from '../admin/app-router';
import { uasDialog } from '../dialog/dialog';
import { buildResponse } from '../message/build-response';
import { HeaderList } from '../message/header-list';
import { formatSipMessage } from '../message/sip-message';
import type { ReceivedRequest, SipRequest, SipResponse } from '../message/sip-message';
import type { ServerTransaction, ServerTransactionUser } from '../transaction/server-transaction';
import type { AppDialog, Core, PendingRequest } from './core';
import { endDialog } from './end-dialog';
import { ReliableProvisionals } from './reliable-provisionals';
import { UntilAcknowledged } from './until-acknowledged';

/** A request from the network that an application answers. */
export class IncomingRequest implements PendingRequest, ServerTransactionUser {
  readonly id = randomUUID() as string;
  private success: UntilAcknowledged | undefined;
  private reliable: ReliableProvisionals | undefined;

  /** @param dialog the dialog it came in; for an initial INVITE set by the first response */
  constructor(
    private readonly core: Core,
    readonly transaction: ServerTransaction,
    readonly app: App,
    public dialog: AppDialog | undefined,
  ) {
    core.incoming.set(this.id, this);
    transaction.user = this;
    if (dialog !== undefined && this.isInvite) dialog.incomingInvite = this;
  }

  get request(): ReceivedRequest {
    return this.transaction.request;
  }

  get isInvite(): boolean {
    return this.request.method === 'INVITE';
  }

  /** Hands the request to the application. */
  deliver(): void {
    const { request, transaction } = this;
    const meta = metaOf('network', request.bytes, transaction.flow);
    const text = formatSipMessage(request);
    const ids = { transactionId: this.id, dialogId: this.dialog?.id ?? '' };
    this.app.send(
      sipFrame(meta, ids, text, this.dialog === undefined ? transaction.flow : undefined),
    );
  }

  respondReliably(response: SipResponse, localContact: string): boolean {
    const { core, transaction } = this;
    this.reliable ??= new ReliableProvisionals(
      core.env,
      (text) => {
        transaction.resend(text);
      },
      () => {
        core.log('warn', 'no PRACK for a provisional response', { callId: this.request.callId });
        this.abandon(500);
      },
    );
    this.reliable.start(response);
    return this.respond(response, localContact);
  }

  acknowledgeProvisional(prack: ReceivedRequest): boolean {
    return this.reliable?.acknowledge(prack, this.request) ?? false;
  }

  /** Sends a response of the application; the dialog it creates or ends follows. */
  respond(response: SipResponse, localContact: string): boolean {
    const { status } = response;
    if (this.isInvite || this.request.method === 'SUBSCRIBE') {
      this.followDialog(response, localContact);
    }
    const sent = this.transaction.respond(response);
    if (status >= 200) {
      this.core.incoming.delete(this.id);
      this.reliable?.stop();
    }
    if (this.isInvite && status >= 200 && status < 300) this.retransmitUntilAck(response);
    return sent;
  }

  abandon(status: number, cancel?: ReceivedRequest): void {
    if (!this.transaction.isPending) return;
    const { localTag } = this.transaction;
    const dialogId = this.dialog?.id ?? '';
    this.respond(buildResponse(this.request, status, { toTag: localTag }), '');
    const message = cancel ?? cancelOf(this.request);
    const meta = metaOf('network', cancel?.bytes ?? 0, this.transaction.flow);
    // drachtio-srf finds the INVITE by Call-ID and emits "cancel" on it.
    this.app.send(sipFrame(meta, { transactionId: this.id, dialogId }, formatSipMessage(message)));
  }

  acknowledge(ack: ReceivedRequest): boolean {
    if (this.success === undefined || ack.cseq.number !== this.request.cseq.number) return false;
    this.stopRetransmitting();
    if (this.dialog?.incomingInvite === this) this.dialog.incomingInvite = undefined;
    return true;
  }

  stopRetransmitting(): void {
    this.reliable?.stop();
    this.success?.stop();
    this.success = undefined;
  }

  silent(): void {
    this.core.log('warn', 'INVITE left without an answer', { callId: this.request.callId });
    this.abandon(480);
  }

  terminated(): void {
    this.core.incoming.delete(this.id);
  }

  /** Keeps the dialog in step with a response to an INVITE or SUBSCRIBE. */
  private followDialog(response: SipResponse, localContact: string): void {
    const { status } = response;
    const { core, dialog, request } = this;
    if (status <= 100) return;
    if (request.toTag !== '') {
      if (status >= 300 && dialog?.incomingInvite === this) dialog.incomingInvite = undefined;
    } else if (status >= 300) {
      if (dialog !== undefined) core.dialogs.remove(dialog);
    } else {
      this.dialog = dialog ?? this.openDialog(response, localContact);
      this.dialog.isConfirmed = status >= 200;
    }
  }

  private openDialog(response: SipResponse, localContact: string): AppDialog {
    const to = { value: response.headers.get('to') ?? '', tag: this.transaction.localTag };
    const dialog: AppDialog = {
      ...uasDialog(this.request, to, localContact, this.transaction.flow),
      app: this.app,
      incomingInvite: this.isInvite ? this : undefined,
      outgoingInvite: undefined,
    };
    this.core.dialogs.add(dialog);
    return dialog;
  }

  private retransmitUntilAck(response: SipResponse): void {
    const text = formatSipMessage(response);
    this.success = new UntilAcknowledged(
      this.core.env,
      () => {
        this.transaction.resend(text);
      },
      () => {
        this.core.log('warn', 'no ACK for a 2xx, hanging up', { callId: this.request.callId });
        if (this.dialog !== undefined) endDialog(this.core, this.dialog, 'ACK timeout');
      },
    );
  }
}

/** A CANCEL as the caller would have sent it, for an end the server decided on. */
function cancelOf(invite: ReceivedRequest): SipRequest {
  const headers = new HeaderList();
  for (const key of ['via', 'from', 'to', 'call-id']) {
    for (const value of invite.headers.all(key)) headers.add(key, value);
  }
  headers.add('CSeq', `${invite.cseq.number} CANCEL`);
  return { kind: 'request', method: 'CANCEL', uri: invite.uri, headers, body: '' };
}
