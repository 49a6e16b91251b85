import type { HelpReason } from '../../domain/help-request';
import type { ApiClient } from './api-client';
import type { AppState } from './app-state';
import type { PauseReason } from './words';

interface Desk {
  readonly state: AppState;
  change(part: Partial<AppState>): void;
  ask(work: (api: ApiClient) => Promise<unknown>): Promise<void>;
  send(path: string, body?: object): Promise<void>;
}

/** What the agent does with the shift and with the line: ready, pause, hold, help, hang up. */
export class Duty {
  constructor(private readonly desk: Desk) {}

  async setReady(): Promise<void> {
    this.desk.change({ isPauseOpen: false });
    // a session that lost its softphone for good begins anew
    const isLost = this.desk.state.session?.state === 'lost';
    const path = isLost ? '/v1/me/session' : '/v1/me/session/ready';
    await this.desk.ask((api) => api.post(path, isLost ? { legMode: 'nailed_up' } : undefined));
  }

  async pause(reason: PauseReason): Promise<void> {
    this.desk.change({ isPauseOpen: false });
    await this.desk.ask((api) => api.post('/v1/me/session/pause', { reason }));
  }

  hangUp(): Promise<void> {
    return this.desk.ask((api) => api.post('/v1/me/call/hang-up'));
  }

  toggleHold(): Promise<void> {
    const command = this.desk.state.session?.state === 'hold' ? 'resume' : 'hold';
    return this.desk.ask((api) => api.post(`/v1/me/call/${command}`));
  }

  /** Calls the account that is shown, or passes it over. */
  decide(action: 'call' | 'skip' | 'reschedule', body: object = {}): Promise<void> {
    const { preview } = this.desk.state;
    if (preview === null) return Promise.resolve();
    const path = `/v1/me/preview/${action}`;
    return this.desk.ask((api) => api.post(path, { previewId: preview.id, ...body }));
  }

  /** Raises the hand; with no reason: takes it down. */
  askForHelp(reason: HelpReason | null): Promise<void> {
    this.desk.change({ isHelpOpen: false });
    const path = '/v1/me/call/help';
    return reason === null
      ? this.desk.ask((api) => api.delete(path))
      : this.desk.send(path, { reason });
  }
}
