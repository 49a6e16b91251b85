import { builtInSound } from '../../../../sip/media/built-in-sounds';
import { encodeALaw } from '../../../../sip/media/encode-a-law';
import { decodeALaw } from '../../../../src/recording/decode-g711';

test('A-law: every sample comes back within half a step of its segment', () => {
  const samples = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
  const back = decodeALaw(encodeALaw(samples));
  const far = [...samples].filter((sample, i) => {
    const halfStep = Math.max(8, Math.abs(sample) / 32);
    return Math.abs(back[i]! - sample) > halfStep + 1 && Math.abs(sample) < 32_256;
  });
  expect(far).toEqual([]);
});

test('A-law: every code is the code of what it stands for', () => {
  const codes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect([...encodeALaw(decodeALaw(codes))]).toEqual([...codes]);
});

test('music and a hold tone come with the program, soft and short enough for one command', () => {
  for (const kind of ['queue_music', 'hold_tone'] as const) {
    const { aLaw } = builtInSound(kind)!;
    const samples = [...decodeALaw(aLaw)];
    expect(aLaw.length).toBeLessThan(60_000);
    expect(Math.max(...samples.map(Math.abs))).toBeGreaterThan(3_000);
    expect(Math.max(...samples.map(Math.abs))).toBeLessThan(8_000);
    // its end is quiet, so that it can be repeated
    expect(Math.max(...samples.slice(-80).map(Math.abs))).toBeLessThan(6_500);
  }
  expect(builtInSound('queue_music')).toBe(builtInSound('queue_music'));
});

test.each(['safe_message', 'recording_notice'] as const)('nobody speaks a %s', (kind) => {
  expect(builtInSound(kind)).toBeNull();
});
