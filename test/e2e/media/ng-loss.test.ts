import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { NgClient } from '../../../sip/media/engine/ng-client';
import { optionsTowards } from '../../../sip/media/engine/ng-options';
import { Cleanups } from '../../support/cleanups';
import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { Rtpengine } from './support/rtpengine';

jest.setTimeout(30_000);

const whole = new Cleanups();
afterAll(() => whole.run());

/** Carries datagrams to the engine and back, but for the first of one direction. */
class LossyRelay {
  /** Cookies of the commands that came, lost ones too. */
  readonly cookies: string[] = [];
  loses: 'request' | 'answer' | null = null;
  private client = { port: 0, address: '' };

  private constructor(
    private readonly near: Socket,
    private readonly far: Socket,
    enginePort: number,
  ) {
    near.on('message', (bytes, from) => {
      this.client = from;
      this.cookies.push(bytes.toString('latin1').split(' ')[0]!);
      if (!this.isLost('request')) far.send(bytes, enginePort, '127.0.0.1');
    });
    far.on('message', (bytes) => {
      if (!this.isLost('answer')) near.send(bytes, this.client.port, this.client.address);
    });
  }

  static async open(enginePort: number): Promise<LossyRelay> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    for (const socket of sockets) await once(socket.bind(0, '127.0.0.1'), 'listening');
    return new LossyRelay(...sockets, enginePort);
  }

  get port(): number {
    return this.near.address().port;
  }

  private isLost(direction: 'request' | 'answer'): boolean {
    const lost = this.loses === direction;
    if (lost) this.loses = null;
    return lost;
  }

  close(): Promise<void> {
    this.near.close();
    this.far.close();
    return Promise.resolve();
  }
}

test('a lost datagram is made good under the same cookie, and the command is done once', async () => {
  const engine = whole.add(await Rtpengine.start());
  const relay = whole.add(await LossyRelay.open(engine.address.port));
  const client = new NgClient({ host: '127.0.0.1', port: relay.port });
  whole.add({
    close: () => {
      client.close();
      return Promise.resolve();
    },
  });
  for (const direction of ['request', 'answer'] as const) {
    const call = { 'call-id': randomUUID(), 'from-tag': 'a' };
    const options = optionsTowards('plain', 'offer');
    const lossy = async (command: Parameters<NgClient['send']>[0]) => {
      relay.cookies.length = 0;
      relay.loses = direction;
      const reply = await client.send(command);
      expect(relay.loses).toBeNull();
      expect(relay.cookies).toHaveLength(2);
      expect(relay.cookies[1]).toBe(relay.cookies[0]);
      return reply;
    };
    const offered = await lossy({ ...call, command: 'offer', sdp: audioSdp('a'), ...options });
    expect(offered).toMatchObject({ kind: 'ok', reply: { sdp: expect.any(String) as string } });
    // a second delete of the same call would be answered with a warning and no figures
    const deleted = await lossy({ ...call, command: 'delete' });
    expect(deleted).toMatchObject({ kind: 'ok', reply: { totals: expect.anything() as object } });
    expect(deleted).not.toHaveProperty('reply.warning');
    expect(await client.send({ ...call, command: 'delete' })).toHaveProperty('reply.warning');
  }
});
