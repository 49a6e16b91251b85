import { AppRouter } from '../admin/app-router';
import { DialogTable } from '../dialog/dialog-table';
import type { Log } from '../log';
import type { TransactionEnv } from '../transaction/transaction-env';
import { OPEN_SCREEN, type Screen } from '../transaction/screen';
import type { TransactionLayer } from '../transaction/transaction-layer';
import type { Network } from '../transport/network';
import type { Core } from './core';
import { FlowBindings } from './flow-bindings';
import { RequestReceiver } from './receive-request';

/** Puts the state of a server together and connects it to its transactions. */
export function createCore(
  env: TransactionEnv,
  log: Log,
  transactions: TransactionLayer,
  network: Network,
  screen: Screen = OPEN_SCREEN,
): Core {
  const core: Core = {
    env,
    log,
    transactions,
    network,
    screen,
    apps: new AppRouter(),
    dialogs: new DialogTable(),
    incoming: new Map(),
    outgoingInvites: new Map(),
    bindings: new FlowBindings(env.scheduler),
  };
  transactions.network = network;
  transactions.user = new RequestReceiver(core);
  return core;
}
