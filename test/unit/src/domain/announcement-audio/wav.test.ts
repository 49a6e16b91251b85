import { readWav, type WavAudio } from '../../../../../src/domain/announcement-audio/read-wav';
import {
  HEADER_BYTES,
  monoWav,
  telephoneAudio,
} from '../../../../../src/domain/announcement-audio/telephone-audio';
import { shareInSamples } from '../../../../e2e/media/support/tone';
import { wavOf } from '../../../../support/wav-of';

const telephone = (file: Buffer): number[] =>
  [...telephoneAudio(readWav(file) as WavAudio)].flatMap((slice) => [...slice]);

test.each([8_000, 16_000, 44_100, 48_000])('%d Hz, mono and stereo, to 8 kHz', (rate) => {
  for (const channels of [1, 2]) {
    const samples = telephone(wavOf({ rate, channels, seconds: 1.5 }));
    expect(samples).toHaveLength(12_000);
    expect(shareInSamples(samples.slice(200, -200), 440)).toBeGreaterThan(0.999);
    const loudest = Math.max(...samples.slice(200, -200).map(Math.abs));
    expect(loudest).toBeGreaterThan(7_900);
    expect(loudest).toBeLessThan(8_100);
  }
});

test.each([16_000, 44_100, 48_000])('what a telephone cannot carry is left out, %d Hz', (rate) => {
  const samples = telephone(wavOf({ rate, hertz: [1_000, 5_000] })).slice(200, -200);
  // 5 kHz would fold back to 3 kHz
  expect(shareInSamples(samples, 1_000)).toBeGreaterThan(0.999);
});

test('what is kept is a WAV again, with the same samples', () => {
  const file = wavOf();
  const samples = telephone(file);
  const kept = Buffer.from(monoWav(Int16Array.from(samples)));
  expect(kept.subarray(HEADER_BYTES)).toEqual(file.subarray(44));
  expect(readWav(kept)).toMatchObject({ sampleRate: 8_000, channels: 1, frames: 4_000 });
});

const changed = (change: (file: Buffer) => void): Buffer => {
  const file = wavOf();
  change(file);
  return file;
};

test.each<[string, Buffer, RegExp, RegExp]>([
  ['nothing', Buffer.alloc(0), /not a RIFF/, /WAV/],
  ['another kind of file', Buffer.from('ID3'.padEnd(200, 'x')), /not a RIFF/, /WAV/],
  ['A-law', changed((file) => file.writeUInt16LE(6, 20)), /A-law/, /PCM of 16 bits/],
  ['an unknown coding', changed((file) => file.writeUInt16LE(999, 20)), /format 999/, /PCM/],
  ['24 bits', changed((file) => file.writeUInt16LE(24, 34)), /24 bits/, /16 bits/],
  ['six channels', changed((file) => file.writeUInt16LE(6, 22)), /6 channels/, /1 or 2/],
  ['22 kHz', changed((file) => file.writeUInt32LE(22_050, 24)), /22050 Hz/, /8000, 16000/],
  ['odd frames', changed((file) => file.writeUInt16LE(3, 32)), /3 bytes/, /2 bytes/],
  ['samples cut short', wavOf().subarray(0, 3_000), /before it is whole/, /whole file/],
  ['no samples', wavOf().subarray(0, 36), /no samples/, /whole file/],
  ['a header cut short', wavOf().subarray(0, 30), /"fmt "/, /whole file/],
  ['no format', changed((file) => file.write('junk', 12)), /does not say its format/, /"fmt "/],
  ['a moment', wavOf({ seconds: 0.1 }), /0.10 s/, /0.2 s to 5 minutes/],
  ['six minutes', wavOf({ seconds: 360, hertz: [] }), /360.00 s/, /0.2 s to 5 minutes/],
])('%s is refused with its reason', (_what, file, reason, accepted) => {
  const found = readWav(file);
  expect(found).toEqual({
    reason: expect.stringMatching(reason) as string,
    accepted: expect.stringMatching(accepted) as string,
  });
});

test('parts that are not sound are passed over, and an extensible header is read', () => {
  const file = wavOf();
  const fmt = Buffer.alloc(48);
  fmt.write('fmt ', 0, 'latin1');
  fmt.writeUInt32LE(40, 4);
  file.copy(fmt, 8, 20, 36);
  fmt.writeUInt16LE(0xfffe, 8);
  fmt.writeUInt16LE(1, 32);
  const list = Buffer.from('LIST\u0003\u0000\u0000\u0000abc\u0000', 'latin1');
  const whole = Buffer.concat([file.subarray(0, 12), list, fmt, file.subarray(36)]);
  expect(readWav(whole)).toMatchObject({ sampleRate: 8_000, channels: 1, frames: 4_000 });
});
