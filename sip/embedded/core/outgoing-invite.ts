import { metaOf, sipFrame } from '../admin/admin-frame';
import type { App } from '../admin/app-router';
import { refreshTarget, requestInDialog, uacDialog } from '../dialog/dialog';
import { HeaderList } from '../message/header-list';
import type { ReceivedResponse, SipRequest } from '../message/sip-message';
import { formatSipMessage } from '../message/sip-message';
import type { ClientTransactionUser } from '../transaction/client-transaction';
import { InviteClientTransaction, cancelFor } from '../transaction/invite-client-transaction';
import { TimerSet } from '../transaction/scheduler';
import { transactionTimeoutMs } from '../transaction/sip-timers';
import type { Flow } from '../transport/flow';
import type { AppDialog, Core, PendingInvite } from './core';
import { dialogRoute } from './dialog-route';
import { endDialog } from './end-dialog';
import { localResponse } from './local-response';
import { routeTo } from './route-to';

/** An INVITE of an application: its responses, its CANCEL, and the ACK of its 2xx. */
export class OutgoingInvite implements PendingInvite, ClientTransactionUser {
  private readonly timers: TimerSet<'ack'>;
  private transaction: InviteClientTransaction | undefined;
  private lastRSeq = 0;
  private success: { toTag: string; cseq: number } | undefined;
  private ack: { text: string; flow: Flow } | undefined;

  /** @param dialog of a re-INVITE; for an initial INVITE made by the responses */
  constructor(
    private readonly core: Core,
    readonly id: string,
    readonly app: App,
    private readonly dialogId: string,
    private dialog: AppDialog | undefined,
  ) {
    this.timers = new TimerSet(core.env.scheduler);
    core.outgoingInvites.set(id, this);
    if (dialog !== undefined) dialog.outgoingInvite = this;
  }

  /** @returns the INVITE as sent. */
  send(invite: SipRequest, flow: Flow): SipRequest {
    const transaction = this.core.transactions.sendRequest(invite, flow, this);
    if (transaction instanceof InviteClientTransaction) this.transaction = transaction;
    return transaction.request;
  }

  get isPending(): boolean {
    return this.core.outgoingInvites.has(this.id);
  }

  cancel(headers: Iterable<[string, string]> = []): { cancel: SipRequest; flow: Flow } | undefined {
    const { transaction } = this;
    if (transaction === undefined || !this.isPending) return undefined;
    const { flow } = transaction;
    const cancel = cancelFor(transaction.request, headers);
    const accepted = transaction.cancel(() => {
      this.core.transactions.sendCancel(cancel, flow);
    });
    return accepted ? { cancel, flow } : undefined;
  }

  response(response: ReceivedResponse): void {
    if (response.status < 200) this.receiveProvisional(response);
    else if (response.status < 300) this.receiveSuccess(response);
    else this.receiveFailure(response);
  }

  private receiveProvisional(response: ReceivedResponse): void {
    const rseq = response.headers.get('rseq');
    // A reliable one sent again: its PRACK is on the way (RFC 3262 section 4).
    if (rseq !== undefined && Number(rseq) <= this.lastRSeq) return;
    this.lastRSeq = rseq === undefined ? this.lastRSeq : Number(rseq);
    if (response.status > 100 && this.dialog === undefined) this.openDialog(response);
    this.deliver(response);
  }

  failed(status: 408 | 503): void {
    if (this.transaction === undefined) return;
    const { request, flow } = this.transaction;
    this.receiveFailure(localResponse(request, status, flow.failure));
  }

  overdue(): void {
    this.core.log('warn', 'INVITE rings for too long, cancelled', { transaction: this.id });
    this.cancel();
  }

  /** Section 13.2.2.4. */
  acknowledge(
    headers: HeaderList,
    body: string,
    sent: (ack: SipRequest, flow: Flow) => void = () => undefined,
  ): boolean {
    const { success, dialog } = this;
    if (success === undefined || dialog === undefined) return false;
    this.timers.clearAll();
    const ack = requestInDialog(dialog, 'ACK', success.cseq);
    for (const { name, value } of headers) ack.headers.set(name, value);
    routeTo(this.core.network, dialogRoute(this.core, dialog), (flow) => {
      const request = this.core.transactions.sendAck({ ...ack, body }, flow);
      this.ack = { text: formatSipMessage(request), flow };
      sent(request, flow);
    });
    return true;
  }

  private receiveSuccess(response: ReceivedResponse): void {
    if (this.success?.toTag === response.toTag) {
      if (this.ack !== undefined) this.ack.flow.send(this.ack.text);
      return;
    }
    if (this.success !== undefined) {
      this.hangUpFork(response);
      return;
    }
    this.core.outgoingInvites.delete(this.id);
    this.success = { toTag: response.toTag, cseq: response.cseq.number };
    if (this.dialog === undefined || !this.dialog.isConfirmed) this.openDialog(response);
    else refreshTarget(this.dialog, { ...response, method: 'INVITE' }, this.dialog.flow);
    if (this.app.isOpen) {
      this.timers.set('ack', transactionTimeoutMs(this.core.env.timers), () => {
        this.giveUp('ACK timeout');
      });
      this.deliver(response);
    } else this.giveUp('application gone');
  }

  private receiveFailure(response: ReceivedResponse): void {
    this.core.outgoingInvites.delete(this.id);
    if (this.dialog !== undefined && !this.dialog.isConfirmed) {
      this.core.dialogs.remove(this.dialog);
    }
    this.deliver(response);
  }

  private giveUp(reason: string): void {
    const { dialog } = this;
    this.acknowledge(new HeaderList(), '');
    if (dialog !== undefined) endDialog(this.core, dialog, reason);
  }

  /** A second 2xx from another branch of a fork: answered and hung up (section 13.2.2.4). */
  private hangUpFork(response: ReceivedResponse): void {
    const request = this.transaction?.request;
    const flow = this.transaction?.flow;
    const fork =
      request === undefined || flow === undefined ? undefined : uacDialog(request, response, flow);
    if (fork === undefined) return;
    routeTo(this.core.network, dialogRoute(this.core, fork), (next) => {
      const { transactions } = this.core;
      transactions.sendAck(requestInDialog(fork, 'ACK', response.cseq.number), next);
      const ignored = { response: noop, failed: noop, overdue: noop };
      transactions.sendRequest(requestInDialog(fork, 'BYE', fork.localSeq + 1), next, ignored);
    });
  }

  /** Makes the dialog of an initial INVITE; a 2xx replaces an early one, its route set included. */
  private openDialog(response: ReceivedResponse): void {
    const { transaction, core } = this;
    if (transaction === undefined) return;
    const made = uacDialog(transaction.request, response, transaction.flow);
    if (made === undefined) return;
    const early = this.dialog;
    if (early !== undefined) core.dialogs.remove(early);
    this.dialog = {
      ...made,
      isConfirmed: response.status >= 200,
      localSeq: Math.max(made.localSeq, early?.localSeq ?? 0),
      remoteSeq: early?.remoteTag === made.remoteTag ? early.remoteSeq : undefined,
      app: this.app,
      incomingInvite: undefined,
      outgoingInvite: this,
    };
    core.dialogs.add(this.dialog);
  }

  private deliver(response: ReceivedResponse): void {
    const flow = this.transaction?.flow;
    if (flow === undefined) return;
    const meta = metaOf('network', response.bytes, flow);
    const ids = { transactionId: this.id, dialogId: this.dialogId };
    this.app.send(sipFrame(meta, ids, formatSipMessage(response)));
  }
}

const noop = (): void => undefined;
