import type { Dialog } from '../dialog/dialog';
import { nextFlow } from '../dialog/next-flow';
import { parseSipUri } from '../message/sip-uri';
import type { Flow } from '../transport/flow';
import type { NextHop } from '../transport/network';
import type { Core } from './core';

/**
 * Where the next request of a dialog goes. A softphone that lost its connection in mid-call and has
 * registered again is reached over the new one.
 */
export function dialogRoute(core: Core, dialog: Dialog): { flow: Flow } | { hop: NextHop } {
  if (dialog.flow.reliable && !dialog.flow.isOpen && dialog.routeSet.length === 0) {
    const target = parseSipUri(dialog.remoteTarget);
    const flow = target === undefined ? undefined : core.bindings.find(target);
    if (flow !== undefined) return { flow };
  }
  return nextFlow(dialog);
}
