/** G.711 A-law (ITU-T G.711) to linear samples and back, and one frequency's share of a signal. */
const RATE = 8_000;

function encodeALaw(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(Math.round(sample)), 32_635) >> 4;
  let exponent = 0;
  for (let rest = magnitude >> 5; rest > 0; rest >>= 1) exponent += 1;
  const mantissa = exponent === 0 ? (magnitude >> 1) & 0x0f : (magnitude >> exponent) & 0x0f;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}

function decodeALaw(byte: number): number {
  const value = byte ^ 0x55;
  const exponent = (value & 0x70) >> 4;
  const mantissa = value & 0x0f;
  const magnitude =
    exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 264) << (exponent - 1);
  return (value & 0x80) === 0 ? -magnitude : magnitude;
}

/** 20 ms of a tone, beginning where frame `n` begins. */
export function toneFrame(hertz: number, n: number): Buffer {
  return Buffer.from(
    Array.from({ length: 160 }, (_, i) =>
      encodeALaw(8_000 * Math.sin((2 * Math.PI * hertz * (n * 160 + i)) / RATE)),
    ),
  );
}

/** How much of the signal's energy lies at the frequency, 0 to 1 (Goertzel). */
export function shareOfTone(frames: readonly Buffer[], hertz: number): number {
  return shareInSamples(
    frames.flatMap((frame) => [...frame].map(decodeALaw)),
    hertz,
  );
}

/** The same of linear samples. */
export function shareInSamples(samples: readonly number[], hertz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / RATE);
  let [s1, s2, energy] = [0, 0, 0];
  for (const sample of samples) {
    [s1, s2] = [sample + coefficient * s1 - s2, s1];
    energy += sample * sample;
  }
  const power = s1 * s1 + s2 * s2 - coefficient * s1 * s2;
  return energy === 0 ? 0 : (2 * power) / (samples.length * energy);
}
