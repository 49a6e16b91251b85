/**
 * A small picture of a sound, by which two hearings of the same announcement are told from hearings of
 * two: how loud twelve bands of telephone speech are, fifty times a second. Loudness as a whole is taken
 * out of it; so is what lies far below the loudest, for that is the line's noise and the codec's.
 */

/** Samples a second of what is looked at. */
export const SOUND_RATE = 8_000;
/** What is looked at, from the first sound on. */
export const SOUND_PRINT_MS = 3_000;

const WINDOW = 512;
const HOP = 160;
const FRAMES = Math.floor(((SOUND_PRINT_MS / 1_000) * SOUND_RATE - WINDOW) / HOP) + 1;
const BANDS = 12;
/** A band is louder than the loudest of the clip less so many dB, or counts as still. */
const RANGE_DB = 36;
/** Of the 16 that half a byte can say. */
const STEP_DB = RANGE_DB / 15;
/** Of a telephone channel, Hz, with bands as wide as hearing has them. */
const LOWEST_HZ = 250;
const HIGHEST_HZ = 3_300;

/** The edges of the bands as places in a spectrum of WINDOW samples. */
const EDGES = Array.from({ length: BANDS + 1 }, (_, band) => {
  const [low, high] = [melOf(LOWEST_HZ), melOf(HIGHEST_HZ)];
  const hertz = 700 * (Math.exp((low + ((high - low) * band) / BANDS) / 1_127) - 1);
  return Math.round((hertz * WINDOW) / SOUND_RATE);
});
const HANN = Float64Array.from(
  { length: WINDOW },
  (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW),
);

function melOf(hertz: number): number {
  return 1_127 * Math.log(1 + hertz / 700);
}

/**
 * Where the sound begins: the first 20 ms that are as loud as speech on a line; null: it is all still.
 * @param samples linear, 16 bits, {@link SOUND_RATE}
 */
export function soundBegins(samples: Int16Array): number | null {
  for (let at = 0; at + HOP <= samples.length; at += HOP) {
    let energy = 0;
    for (let n = at; n < at + HOP; n++) energy += (samples[n] ?? 0) ** 2;
    if (energy / HOP > STILL_RMS ** 2) return at;
  }
  return null;
}

/** Some 52 dB below the loudest that a line can carry. */
const STILL_RMS = 80;

/**
 * The print of what is heard from the first sound on, 12 half-bytes each 20 ms.
 * @param samples linear, 16 bits, {@link SOUND_RATE}
 * @returns null: there is too little of it
 */
export function soundPrint(samples: Int16Array): Uint8Array | null {
  const from = soundBegins(samples);
  if (from === null) return null;
  const frames = Math.min(FRAMES, Math.floor((samples.length - from - WINDOW) / HOP) + 1);
  if (frames < LEAST_FRAMES) return null;
  const levels = new Float64Array(frames * BANDS);
  const spectrum = new Spectrum();
  for (let frame = 0; frame < frames; frame++) {
    const energies = spectrum.of(samples, from + frame * HOP);
    levels.set(energies, frame * BANDS);
  }
  const loudest = levels.reduce((most, level) => Math.max(most, level), -Infinity);
  const print = new Uint8Array((frames * BANDS) / 2);
  for (const [at, level] of levels.entries()) {
    const step = Math.round((level - loudest + RANGE_DB) / STEP_DB);
    const nibble = Math.min(15, Math.max(0, step));
    print[at >> 1] = (print[at >> 1] ?? 0) | (at % 2 === 0 ? nibble << 4 : nibble);
  }
  return print;
}

/** 1.8 s. Two that have less in common are not compared: "nomor yang Anda tuju …" begins many of them. */
const LEAST_FRAMES = 90;

/** The levels of the bands, dB, of one window at a time. */
class Spectrum {
  private readonly re = new Float64Array(WINDOW);
  private readonly im = new Float64Array(WINDOW);
  private readonly levels = new Float64Array(BANDS);

  of(samples: Int16Array, from: number): Float64Array {
    const { re, im, levels } = this;
    for (let n = 0; n < WINDOW; n++) {
      re[REVERSED[n] ?? 0] = (samples[from + n] ?? 0) * (HANN[n] ?? 0);
    }
    im.fill(0);
    transform(re, im);
    for (let band = 0; band < BANDS; band++) {
      let power = 0;
      const to = EDGES[band + 1] ?? 0;
      for (let k = EDGES[band] ?? 0; k < to; k++) power += (re[k] ?? 0) ** 2 + (im[k] ?? 0) ** 2;
      levels[band] = 10 * Math.log10(power + 1);
    }
    return levels;
  }
}

const BITS = Math.log2(WINDOW);
/** Each place of the input, with the order of its bits turned round. */
const REVERSED = Uint16Array.from({ length: WINDOW }, (_, n) => {
  let back = 0;
  for (let bit = 0; bit < BITS; bit++) back |= ((n >> bit) & 1) << (BITS - 1 - bit);
  return back;
});
const COS = Float64Array.from({ length: WINDOW }, (_, k) => Math.cos((2 * Math.PI * k) / WINDOW));
const SIN = Float64Array.from({ length: WINDOW }, (_, k) => Math.sin((2 * Math.PI * k) / WINDOW));

/** Cooley and Tukey's fast Fourier transform, radix 2, in place; the input in bit-reversed order. */
function transform(re: Float64Array, im: Float64Array): void {
  for (let size = 2; size <= WINDOW; size *= 2) {
    const half = size / 2;
    for (let k = 0; k < half; k++) {
      const cos = COS[(k * WINDOW) / size] ?? 0;
      const sin = SIN[(k * WINDOW) / size] ?? 0;
      for (let at = k; at < WINDOW; at += size) {
        const r = re[at + half] ?? 0;
        const i = im[at + half] ?? 0;
        const tr = r * cos + i * sin;
        const ti = i * cos - r * sin;
        re[at + half] = (re[at] ?? 0) - tr;
        im[at + half] = (im[at] ?? 0) - ti;
        re[at] = (re[at] ?? 0) + tr;
        im[at] = (im[at] ?? 0) + ti;
      }
    }
  }
}

/** Hearings of one announcement may begin so far from each other. */
const SHIFT_MS = 300;
const SHIFT_FRAMES = Math.ceil((SHIFT_MS / 1_000) * (SOUND_RATE / HOP)) + 1;
/** Judged by parts of so many frames: two that begin with the same words must not pass for one. */
const PART = 20;

/**
 * How unlike two prints are, dB, at the best of the places at which they may lie to each other: of the
 * part that is most unlike. Infinity: they have too little in common to be compared.
 * @param below what is not less is not looked for: Infinity
 */
export function unlikeness(a: Uint8Array, b: Uint8Array, below = Infinity): number {
  const [one, other] = [nibblesOf(a), nibblesOf(b)];
  let least = Infinity;
  for (let shift = -SHIFT_FRAMES; shift <= SHIFT_FRAMES; shift++)
    least = Math.min(least, unlikenessAt(one, other, shift, Math.min(least, below)));
  return least;
}

function unlikenessAt(a: Uint8Array, b: Uint8Array, shift: number, atMost: number): number {
  const from = Math.max(0, shift);
  const to = Math.min(a.length / BANDS, b.length / BANDS + shift);
  if (to - from < LEAST_FRAMES) return Infinity;
  let worst = 0;
  for (let part = from; part < to; part += PART) {
    // the last one reaches back, so that nothing at the end is left out
    const begin = Math.min(part, to - PART) * BANDS;
    let sum = 0;
    for (let at = begin; at < begin + PART * BANDS; at++)
      sum += Math.abs((a[at] ?? 0) - (b[at - shift * BANDS] ?? 0));
    worst = Math.max(worst, (sum * STEP_DB) / (PART * BANDS));
    if (worst >= atMost) return Infinity;
  }
  return worst;
}

function nibblesOf(print: Uint8Array): Uint8Array {
  const nibbles = new Uint8Array(print.length * 2);
  // no iterator: of each print that is known, at the end of a call
  for (let at = 0; at < print.length; at++) {
    const byte = print[at] ?? 0;
    nibbles[2 * at] = byte >> 4;
    nibbles[2 * at + 1] = byte & 15;
  }
  return nibbles;
}

/** Of two hearings of one announcement the worst part is less unlike than this; see test/bench/announcement-prints.ts. */
export const ALIKE_BELOW_DB = 3.75;
