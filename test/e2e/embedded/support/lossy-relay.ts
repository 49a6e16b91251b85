import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';

const HOST = '127.0.0.1';

/** A UDP path between one peer and a server that loses datagrams, each way, in a repeatable pattern. */
export class LossyRelay {
  lost = 0;
  passed = 0;
  private peerPort = 0;
  private state = 1;

  private constructor(
    private readonly front: Socket,
    private readonly back: Socket,
    private readonly lossRate: number,
  ) {}

  static async open(serverPort: number, lossRate: number): Promise<LossyRelay> {
    const [front, back] = [createSocket('udp4'), createSocket('udp4')];
    for (const socket of [front, back]) {
      socket.bind(0, HOST);
      await once(socket, 'listening');
    }
    const relay = new LossyRelay(front, back, lossRate);
    front.on('message', (data, from) => {
      relay.peerPort = from.port;
      if (relay.passes()) back.send(data, serverPort, HOST);
    });
    back.on('message', (data) => {
      if (relay.passes()) front.send(data, relay.peerPort, HOST);
    });
    return relay;
  }

  get port(): number {
    return this.front.address().port;
  }

  async close(): Promise<void> {
    for (const socket of [this.front, this.back]) {
      await new Promise<void>((resolve) => socket.close(resolve));
    }
  }

  private passes(): boolean {
    // Numerical Recipes' linear congruential generator: the same losses in every run.
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    const passes = this.state / 2 ** 32 >= this.lossRate;
    if (passes) this.passed++;
    else this.lost++;
    return passes;
  }
}
