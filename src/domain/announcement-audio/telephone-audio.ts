import type { WavAudio } from './read-wav';

/** What a telephone network carries (ITU-T G.711): mono, 8 kHz. */
export const TELEPHONE_RATE = 8_000;
/** Passed whole; above 4 kHz nothing may be left, or it would fold back. */
const PASS_HZ = 3_500;
/** Zero crossings of the filter on each side: the more, the steeper. */
const CROSSINGS = 12;

/**
 * The samples of a WAV as a telephone carries them, a second at a time: channels are averaged, other
 * rates go through a windowed-sinc low-pass. Asked for the next second, it works on it: the caller
 * may do something else in between.
 */
export function* telephoneAudio(wav: WavAudio): Generator<Int16Array> {
  const at = monoReader(wav);
  const total = Math.floor((wav.frames * TELEPHONE_RATE) / wav.sampleRate);
  const sample = wav.sampleRate === TELEPHONE_RATE ? at : lowPass(wav, at);
  for (let from = 0; from < total; from += TELEPHONE_RATE) {
    const slice = new Int16Array(Math.min(TELEPHONE_RATE, total - from));
    for (let i = 0; i < slice.length; i += 1)
      slice[i] = Math.max(-32_768, Math.min(32_767, Math.round(sample(from + i))));
    yield slice;
  }
}

function monoReader({ samples, channels, frames }: WavAudio): (frame: number) => number {
  return (frame) => {
    if (frame < 0 || frame >= frames) return 0;
    if (channels === 1) return samples.getInt16(frame * 2, true);
    return (samples.getInt16(frame * 4, true) + samples.getInt16(frame * 4 + 2, true)) / 2;
  };
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

/** Sample `n` at 8 kHz, of a higher rate. Where it falls between two frames repeats: a filter for each. */
function lowPass(wav: WavAudio, at: (frame: number) => number): (n: number) => number {
  const { sampleRate } = wav;
  const common = greatestCommonDivisor(sampleRate, TELEPHONE_RATE);
  const phases = TELEPHONE_RATE / common;
  const step = sampleRate / common;
  const cutoff = (2 * PASS_HZ) / sampleRate;
  const half = Math.ceil(CROSSINGS / cutoff);
  const filters = Array.from({ length: phases }, (_, phase) =>
    windowedSinc(half, cutoff, ((phase * step) % phases) / phases),
  );
  return (n) => {
    const taps = filters[n % phases] ?? [];
    const centre = Math.floor((n * step) / phases);
    let sum = 0;
    for (let k = 0; k < taps.length; k += 1) sum += (taps[k] ?? 0) * at(centre - half + k);
    return sum;
  };
}

/** Blackman's window; the taps add up to one. @param offset of the sample behind its frame, 0 to 1 */
function windowedSinc(half: number, cutoff: number, offset: number): Float64Array {
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, k) => {
    const x = k - half - offset;
    const phase = (Math.PI * x) / (half + 1);
    const window = 0.42 + 0.5 * Math.cos(phase) + 0.08 * Math.cos(2 * phase);
    const angle = Math.PI * cutoff * x;
    return window * (x === 0 ? 1 : Math.sin(angle) / angle);
  });
  const sum = taps.reduce((a, b) => a + b, 0);
  return taps.map((tap) => tap / sum);
}

/** A WAV of 16 bits, 8 kHz, mono. */
export function monoWav(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const text = (place: number, value: string): void => {
    for (let i = 0; i < value.length; i += 1) view.setUint8(place + i, value.charCodeAt(i));
  };
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, TELEPHONE_RATE, true);
  view.setUint32(28, TELEPHONE_RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, i) => {
    view.setInt16(HEADER_BYTES + 2 * i, sample, true);
  });
  return bytes;
}

/** Of a WAV that {@link monoWav} wrote. */
export const HEADER_BYTES = 44;
