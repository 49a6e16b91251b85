import { decodeALaw, encodeALaw } from '../../../../../sip/media/mixer/a-law';
import { MixingDesk } from '../../../../../sip/media/mixer/mixing-desk';
import { PlayoutBuffer } from '../../../../../sip/media/mixer/playout-buffer';
import { shareInSamples, toneFrame } from '../../../../e2e/media/support/tone';

const packet = (payload: Buffer, sequence: number, source = 1, type = 8): Buffer => {
  const header = Buffer.alloc(12);
  header.writeUInt8(0x80, 0);
  header.writeUInt8(type, 1);
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(source, 8);
  return Buffer.concat([header, payload]);
};

const HERTZ = { agent: 440, debtor: 1_000, supervisor: 1_700 } as const;
type Who = keyof typeof HERTZ;

/** Seats that all speak, each a tone of its own; what each hears in 10 frames of 20 ms. */
class Room {
  readonly desk = new MixingDesk();
  private n = 0;

  constructor() {
    for (const who of Object.keys(HERTZ)) this.desk.open(who);
    // one frame of delay, as the playout needs it
    this.speak();
  }

  private speak(): void {
    for (const [who, hertz] of Object.entries(HERTZ))
      this.desk.receive(who, packet(toneFrame(hertz, this.n), this.n));
    this.n += 1;
  }

  listen(who: Who, frames = 10): Float32Array[] {
    return Array.from({ length: frames }, () => {
      this.speak();
      return this.desk.mix().get(who) ?? null;
    }).filter((frame) => frame !== null);
  }
}

const shares = (frames: readonly Float32Array[]): Record<Who, number> => {
  const samples = frames.flatMap((frame) => [...frame]);
  const of = (who: Who): number => Number(shareInSamples(samples, HERTZ[who]).toFixed(1));
  return { agent: of('agent'), debtor: of('debtor'), supervisor: of('supervisor') };
};

test('A-law there and back: what was decoded is encoded as it was, and the loudest is cut off', () => {
  const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const back = encodeALaw(Float32Array.from(decodeALaw(every)));
  expect(decodeALaw(back)).toEqual(decodeALaw(every));
  expect(Array.from(decodeALaw(encodeALaw(Float32Array.from([90_000, -90_000, 0]))))).toEqual([
    32_256, -32_256, 8,
  ]);
});

test('each hears the others in equal parts and never itself; who hears nobody is sent nothing', () => {
  const room = new Room();
  room.desk.hear('agent', ['debtor', 'supervisor', 'agent']);
  room.desk.hear('debtor', ['agent']);
  room.listen('agent', 2);
  expect(shares(room.listen('agent'))).toEqual({ agent: 0, debtor: 0.5, supervisor: 0.5 });
  expect(shares(room.listen('debtor'))).toEqual({ agent: 1, debtor: 0, supervisor: 0 });
  expect(room.listen('supervisor')).toEqual([]);
});

test('a voice comes and goes over 20 ms, without a click', () => {
  const room = new Room();
  room.desk.hear('agent', ['debtor']);
  room.listen('agent', 2);
  const steps = (frames: readonly Float32Array[]): number => {
    const samples = frames.flatMap((frame) => [...frame]);
    return Math.max(...samples.slice(1).map((sample, i) => Math.abs(sample - samples[i]!)));
  };
  const before = steps(room.listen('agent'));
  room.desk.hear('agent', ['debtor', 'supervisor']);
  const both = room.listen('agent');
  room.desk.hear('agent', ['debtor']);
  const after = room.listen('agent');
  // no step is larger than the two tones make by themselves
  const own = (hertz: number): number => 8_000 * 2 * Math.sin((Math.PI * hertz) / 8_000) + 600;
  expect(before).toBeLessThan(own(HERTZ.debtor));
  expect(steps(both)).toBeLessThan(own(HERTZ.debtor) + own(HERTZ.supervisor));
  expect(steps(after)).toBeLessThan(own(HERTZ.debtor) + own(HERTZ.supervisor));
  expect(shares(after.slice(1))).toEqual({ agent: 0, debtor: 1, supervisor: 0 });
});

describe('what comes in', () => {
  const frame = (n: number): Buffer => toneFrame(440, n);
  const taken = (buffer: PlayoutBuffer, times: number): (Int16Array | null)[] =>
    Array.from({ length: times }, () => buffer.take());

  test('is played from the second packet on, in order; nothing is left: silence until two are there', () => {
    const buffer = new PlayoutBuffer();
    buffer.receive(packet(frame(0), 65_535));
    expect(buffer.take()).toBeNull();
    buffer.receive(packet(frame(1), 0));
    expect(taken(buffer, 3)).toEqual([decodeALaw(frame(0)), decodeALaw(frame(1)), null]);
    buffer.receive(packet(frame(2), 1));
    expect(buffer.take()).toBeNull();
  });

  test('a lost packet is silence of its length; a late one, a double one and other codecs are left out', () => {
    const buffer = new PlayoutBuffer();
    buffer.receive(packet(frame(0), 10));
    buffer.receive(packet(frame(2), 12));
    buffer.receive(packet(frame(1), 11));
    buffer.receive(packet(frame(2), 12));
    buffer.receive(packet(Buffer.alloc(4), 13, 1, 101));
    buffer.receive(Buffer.alloc(3));
    expect(taken(buffer, 4)).toEqual([
      decodeALaw(frame(0)),
      new Int16Array(160),
      decodeALaw(frame(2)),
      null,
    ]);
  });

  test('of a burst the latest 200 ms are kept, and another source begins anew', () => {
    const buffer = new PlayoutBuffer();
    for (let n = 0; n < 30; n += 1) buffer.receive(packet(frame(n), n));
    expect(taken(buffer, 11).filter((one) => one !== null)).toHaveLength(10);
    buffer.receive(packet(frame(0), 40_000, 2));
    buffer.receive(packet(frame(1), 40_001, 2));
    expect(taken(buffer, 2)).toEqual([decodeALaw(frame(0)), decodeALaw(frame(1))]);
  });
});
