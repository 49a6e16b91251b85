import type { App, AppRouter } from '../admin/app-router';
import type { Dialog } from '../dialog/dialog';
import type { DialogTable } from '../dialog/dialog-table';
import type { Log } from '../log';
import type { HeaderList } from '../message/header-list';
import type { ReceivedRequest, SipRequest, SipResponse } from '../message/sip-message';
import type { Screen } from '../transaction/screen';
import type { ServerTransaction } from '../transaction/server-transaction';
import type { TransactionEnv } from '../transaction/transaction-env';
import type { TransactionLayer } from '../transaction/transaction-layer';
import type { Flow } from '../transport/flow';
import type { Network } from '../transport/network';
import type { FlowBindings } from './flow-bindings';

/** A request from the network in the hands of an application (class IncomingRequest). */
export interface PendingRequest {
  readonly id: string;
  readonly app: App;
  readonly transaction: ServerTransaction;
  readonly dialog: AppDialog | undefined;
  readonly isInvite: boolean;
  /** @returns false when the transport cannot take it */
  respond(response: SipResponse, localContact: string): boolean;
  /** The same for a provisional response the peer has to acknowledge by PRACK. */
  respondReliably(response: SipResponse, localContact: string): boolean;
  /** Ends it over the application's head, and tells the application by a CANCEL. */
  abandon(status: number, cancel?: ReceivedRequest): void;
  /** @returns true for the first ACK of its 2xx */
  acknowledge(ack: ReceivedRequest): boolean;
  /** @returns false when no provisional response waits for that PRACK */
  acknowledgeProvisional(prack: ReceivedRequest): boolean;
  stopRetransmitting(): void;
}

/** An INVITE of an application (class OutgoingInvite). */
export interface PendingInvite {
  readonly app: App;
  readonly isPending: boolean;
  /** @returns the CANCEL and its flow, or undefined when there is nothing left to cancel */
  cancel(headers?: Iterable<[string, string]>): { cancel: SipRequest; flow: Flow } | undefined;
  /** @returns false when no 2xx waits for an ACK */
  acknowledge(
    headers: HeaderList,
    body: string,
    sent?: (ack: SipRequest, flow: Flow) => void,
  ): boolean;
}

/** A dialog and the application that owns it: it lives no longer than that connection. */
export interface AppDialog extends Dialog {
  readonly app: App;
  /** The INVITE of the peer that waits for a final response or for its ACK. */
  incomingInvite: PendingRequest | undefined;
  /** The last INVITE of ours; the ACK of its 2xx is kept for retransmitted 2xx. */
  outgoingInvite: PendingInvite | undefined;
}

/** The state of the server, in one place; everything in `core/` works on it. */
export interface Core {
  readonly env: TransactionEnv;
  readonly log: Log;
  readonly transactions: TransactionLayer;
  readonly network: Network;
  readonly screen: Screen;
  readonly apps: AppRouter;
  readonly dialogs: DialogTable<AppDialog>;
  /** Requests from the network, by the transaction id the application knows. */
  readonly incoming: Map<string, PendingRequest>;
  /** INVITEs of applications without a final response, by transaction id. */
  readonly outgoingInvites: Map<string, PendingInvite>;
  readonly bindings: FlowBindings;
}
