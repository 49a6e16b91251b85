import type { AdminFrame } from '../admin/admin-frame';
import { replyFrame } from '../admin/admin-frame';
import type { AdminHandler } from '../admin/admin-server';
import type { App } from '../admin/app-router';
import { receiveAppRequest } from './app-request';
import { receiveAppResponse } from './app-response';
import type { Core } from './core';
import { endDialog } from './end-dialog';

/** What applications ask for, and what is left to do when one is gone. */
export class AppFrames implements AdminHandler {
  constructor(private readonly core: Core) {}

  hostPorts(): readonly string[] {
    return this.core.network.hostPorts;
  }

  frame(app: App & { close?(requestId: string, reason: string): void }, frame: AdminFrame): void {
    const { core } = this;
    const [verb = ''] = frame.fields;
    switch (frame.type) {
      case 'sip':
        if (frame.startLine.startsWith('SIP/')) receiveAppResponse(core, app, frame);
        else receiveAppRequest(core, app, frame);
        return;
      case 'route':
        core.apps.add(verb, app);
        app.send(replyFrame(frame.id, 'OK'));
        return;
      case 'remove_route':
        core.apps.remove(verb, app);
        app.send(replyFrame(frame.id, 'OK'));
        return;
      case 'ping':
        app.send(replyFrame(frame.id, 'OK', 'pong'));
        return;
      case 'proxy':
        app.send(replyFrame(frame.id, 'NOK', 'proxy is not supported by the embedded server'));
        return;
      default:
        app.close?.(frame.id, 'Unknown message type');
    }
  }

  /**
   * An application is gone: nobody can speak for its calls any more, so they end. Its peers are told,
   * instead of being left with a dead line.
   */
  left(app: App): void {
    const { core } = this;
    core.apps.removeApp(app);
    for (const invite of [...core.outgoingInvites.values()]) {
      if (invite.app === app) invite.cancel();
    }
    for (const request of [...core.incoming.values()]) {
      if (request.app === app) request.abandon(503);
    }
    for (const dialog of [...core.dialogs]) {
      if (dialog.app === app && dialog.isConfirmed) endDialog(core, dialog, 'application gone');
    }
  }
}
