import { decodeMuLaw } from '../../src/recording/decode-g711';

const RATE = 8_000;

/** First three formants of vowels, Hz. */
const VOWELS = [
  [730, 1_090, 2_440],
  [270, 2_290, 3_010],
  [300, 870, 2_240],
  [530, 1_840, 2_480],
  [570, 840, 2_410],
  [500, 1_500, 2_500],
] as const;

/** Numbers in [0, 1) that are the same for the same seed. */
export function drawsOf(seed: number): () => number {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/**
 * What sounds like somebody speaking a sentence: syllables of a voice with formants, bursts of noise,
 * pauses. Linear samples of 16 bits, 8 kHz; the same for the same seeds.
 * @param seeds a part of the sentence each, of `seconds` together
 */
export function speechLike(seeds: readonly number[], seconds: number): Int16Array {
  const samples = new Int16Array(seconds * RATE);
  let at = 0;
  for (const [part, seed] of seeds.entries()) {
    const draw = drawsOf(seed);
    const end = ((part + 1) / seeds.length) * samples.length;
    while (at < end) at = syllable(samples, at, draw);
  }
  return samples;
}

function syllable(samples: Int16Array, from: number, draw: () => number): number {
  const noise = Math.floor((0.02 + 0.05 * draw()) * RATE);
  const voice = Math.floor((0.08 + 0.14 * draw()) * RATE);
  const pause = draw() < 0.2 ? Math.floor(0.12 * RATE) : 0;
  const formants = VOWELS[Math.floor(draw() * VOWELS.length)] ?? VOWELS[0];
  const pitch = 100 + 80 * draw();
  const loud = 2_500 + 4_000 * draw();
  for (let n = 0; n < noise && from + n < samples.length; n++)
    samples[from + n] = (draw() - 0.5) * 0.4 * loud;
  const wave = oneWave(pitch, formants);
  for (let n = 0; n < voice && from + noise + n < samples.length; n++) {
    const envelope = Math.sin((Math.PI * n) / voice);
    const place = Math.floor(((n * pitch) / RATE) * wave.length) % wave.length;
    samples[from + noise + n] = loud * envelope * (wave[place] ?? 0);
  }
  return from + noise + voice + pause;
}

/** One wave of the voice: harmonics of the pitch, each as loud as the nearest formant lets it be. */
function oneWave(pitch: number, formants: readonly number[]): Float64Array {
  const wave = new Float64Array(256);
  for (let k = 1; k * pitch < 3_400; k++) {
    const off = Math.min(...formants.map((formant) => Math.abs(k * pitch - formant)));
    const weight = 1 / (1 + (off / 90) ** 2) / 3;
    for (let n = 0; n < wave.length; n++)
      wave[n] = (wave[n] ?? 0) + weight * Math.sin((2 * Math.PI * k * n) / wave.length);
  }
  return wave;
}

/** The levels of mu-law (ITU-T G.711), the lowest first. */
const MU_LAW = [...decodeMuLaw(Uint8Array.from({ length: 256 }, (_, byte) => byte))].sort(
  (a, b) => a - b,
);

/** As a carrier that speaks PCMU brings it: each sample as the nearest level. */
export function byMuLaw(samples: Int16Array): Int16Array {
  return samples.map((one) => {
    let [low, high] = [0, MU_LAW.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((MU_LAW[middle] ?? 0) <= one) low = middle;
      else high = middle;
    }
    const [below = 0, above = 0] = [MU_LAW[low], MU_LAW[high]];
    return one - below < above - one ? below : above;
  });
}
