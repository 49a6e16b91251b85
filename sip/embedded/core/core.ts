import type { App, AppRouter } from '../admin/app-router';
import type { Dialog } from '../dialog/dialog';
import type { DialogTable } from '../dialog/dialog-table';
import type { Log } from '../log';
import type { TransactionEnv } from '../transaction/transaction-env';
import type { TransactionLayer } from '../transaction/transaction-layer';
import type { TransportLayer } from '../transport/transport-layer';
import type { IncomingRequest } from './incoming-request';
import type { OutgoingInvite } from './outgoing-invite';
import type { FlowBindings } from './flow-bindings';

/** A dialog and the application that owns it: it lives no longer than that connection. */
export interface AppDialog extends Dialog {
  readonly app: App;
  /** The INVITE of the peer that waits for a final response or for its ACK. */
  incomingInvite: IncomingRequest | undefined;
  /** The last INVITE of ours; the ACK of its 2xx is kept for retransmitted 2xx. */
  outgoingInvite: OutgoingInvite | undefined;
}

/** The state of the server, in one place; everything in `core/` works on it. */
export interface Core {
  readonly env: TransactionEnv;
  readonly log: Log;
  readonly transactions: TransactionLayer;
  readonly transport: TransportLayer;
  readonly apps: AppRouter;
  readonly dialogs: DialogTable<AppDialog>;
  /** Requests from the network, by the transaction id the application knows. */
  readonly incoming: Map<string, IncomingRequest>;
  /** INVITEs of applications without a final response, by transaction id. */
  readonly outgoingInvites: Map<string, OutgoingInvite>;
  readonly bindings: FlowBindings;
}
