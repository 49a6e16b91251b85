import type { App } from './app';
import type { AppState } from './app-state';
import { isGoodEnough } from './connection-check';
import { measureConnection } from './measure-connection';
import { listAudioDevices } from './microphone';
import { settings } from './settings';

const ECHO_MS = 5_000;
/** A voice, and not the noise of a room. */
const HEARD_LEVEL = 0.08;

/** Has every check passed? */
export function isShiftReady({ microphone, echo, connection }: AppState): boolean {
  const isConnected = connection !== null && connection !== 'running' && isGoodEnough(connection);
  return microphone === 'heard' && echo === 'heard' && isConnected;
}

/** The checks before a shift: devices, level, echo, connection. */
export class ShiftCheck {
  constructor(
    private readonly app: App,
    private readonly speaker: HTMLAudioElement,
  ) {}

  async begin(): Promise<void> {
    await Promise.all([this.chooseInput(settings.input), this.measureConnection()]);
  }

  async chooseInput(deviceId: string): Promise<void> {
    const { microphone } = this.app;
    settings.input = deviceId;
    try {
      await microphone.open(deviceId);
      this.app.change({ microphone: 'open', devices: await listAudioDevices() });
    } catch {
      // the device of last time may be at home today
      if (deviceId !== '') await this.chooseInput('');
      else this.app.change({ microphone: 'refused' });
    }
  }

  async chooseOutput(deviceId: string): Promise<void> {
    settings.output = deviceId;
    await this.speaker.setSinkId(deviceId).catch(() => undefined);
    this.app.change({});
  }

  async measureConnection(): Promise<void> {
    this.app.change({ connection: 'running' });
    this.app.change({ connection: await measureConnection() });
  }

  /** Loudness now, 0 to 1; notes when a voice was heard. */
  level(): number {
    const level = this.app.microphone.level();
    if (level > HEARD_LEVEL && this.app.state.microphone === 'open')
      this.app.change({ microphone: 'heard' });
    return level;
  }

  async echo(): Promise<void> {
    const { app } = this;
    app.change({ echo: 'recording' });
    try {
      const sound = await app.microphone.record(app.live.wait(ECHO_MS));
      app.change({ echo: 'playing' });
      await this.play(URL.createObjectURL(sound));
    } catch {
      app.change({ echo: 'untried' });
    }
  }

  private async play(url: string): Promise<void> {
    const { app, speaker } = this;
    try {
      speaker.src = url;
      const over = new Promise((resolve) => {
        speaker.onended = resolve;
      });
      await speaker.play();
      await Promise.race([over, app.live.wait(2 * ECHO_MS)]);
    } finally {
      speaker.onended = null;
      speaker.removeAttribute('src');
      URL.revokeObjectURL(url);
    }
  }
}
