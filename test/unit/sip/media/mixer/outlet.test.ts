import { Outlet } from '../../../../../sip/media/mixer/outlet';

const SOURCE = 0xabcd;
/** A packet of a digit as its sender numbers it. */
const pressed = (timestamp: number, digit: number, type = 96, source = 7): Buffer => {
  const packet = Buffer.alloc(16);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(type, 1);
  packet.writeUInt32BE(timestamp, 4);
  packet.writeUInt32BE(source, 8);
  packet.writeUInt8(digit, 12);
  return packet;
};
const fields = (packet: Buffer) => ({
  marked: (packet[1]! & 0x80) !== 0,
  type: packet[1]! & 0x7f,
  sequence: packet.readUInt16BE(2),
  timestamp: packet.readUInt32BE(4),
  source: packet.readUInt32BE(8),
  digit: packet[12],
});

test('RFC 4733, 2.3: the packets of a digit bear the instant of its beginning, in the numbering of voices', () => {
  const outlet = new Outlet(SOURCE);
  outlet.eventType = 101;
  const voice = outlet.voice(new Float32Array(160), 10);
  expect([voice.readUInt16BE(2), voice.readUInt32BE(4), voice.length]).toEqual([0, 1_600, 172]);
  const own = { type: 101, source: SOURCE, digit: 5 };
  const first = fields(outlet.digitOf('a', pressed(40, 5), 11)!);
  expect(first).toEqual({ ...own, marked: true, sequence: 1, timestamp: 1_760 });
  const second = fields(outlet.digitOf('a', pressed(40, 5), 13)!);
  expect(second).toEqual({ ...own, marked: false, sequence: 2, timestamp: 1_760 });
  // the same digit again, and another's
  expect(fields(outlet.digitOf('a', pressed(900, 5), 20)!)).toMatchObject({
    ...{ marked: true, timestamp: 3_200 },
  });
  expect(fields(outlet.digitOf('b', pressed(900, 6), 21)!)).toMatchObject({
    ...{ marked: true, timestamp: 3_360, digit: 6 },
  });
});

test('what is a digit is agreed with who sends it; who has agreed on none is sent none', () => {
  const outlet = new Outlet(SOURCE);
  expect(outlet.isDigit(pressed(1, 5))).toBe(false);
  expect(outlet.digitOf('a', pressed(1, 5), 1)).toBeNull();
  outlet.eventType = 96;
  expect(outlet.isDigit(pressed(1, 5))).toBe(true);
  expect(outlet.isDigit(pressed(1, 5, 8))).toBe(false);
  expect(outlet.isDigit(pressed(1, 5).subarray(0, 14))).toBe(false);
});
