import { auParts } from '../../../../../sip/media/engine/au-parts';
import { encodeALaw } from '../../../../../sip/media/encode-a-law';

const tone = (seconds: number): Int16Array =>
  Int16Array.from({ length: seconds * 8_000 }, (_, i) => Math.round(8_000 * Math.sin(i / 3)));

test('short audio is one file: its header says A-law, 8 kHz, mono', () => {
  const aLaw = encodeALaw(tone(1));
  const [part, ...rest] = auParts(aLaw);
  expect(rest).toEqual([]);
  expect(part!.durationMs).toBe(1_000);
  expect(part!.file.toString('latin1', 0, 4)).toBe('.snd');
  expect([4, 8, 12, 16, 20].map((at) => part!.file.readUInt32BE(at))).toEqual([
    24, 8_000, 27, 8_000, 1,
  ]);
  expect(part!.file.subarray(24)).toEqual(aLaw);
});

test('longer audio is cut where it is quiet, into parts that fit into a datagram', () => {
  const samples = tone(20);
  // a breath between two words
  samples.fill(0, 55_000, 56_000);
  const aLaw = encodeALaw(samples);
  const parts = auParts(aLaw);
  expect(Buffer.concat(parts.map(({ file }) => file.subarray(24)))).toEqual(aLaw);
  expect(parts.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBe(20_000);
  for (const { file } of parts) expect(file.length).toBeLessThan(61_000);
  const cut = parts[0]!.durationMs * 8;
  expect(cut).toBeGreaterThan(55_000);
  expect(cut).toBeLessThan(56_000);
});
