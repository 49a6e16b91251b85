/** ITU-T G.711 A-law, both ways by table: samples of 16 bits. */
const DECODED = Int16Array.from({ length: 256 }, (_, byte) => sampleOf(byte));
/** By the sample's upper 13 bits, which is all that A-law can tell apart. */
const ENCODED = Uint8Array.from({ length: 8_192 }, (_, i) => byteOf((i - 4_096) << 3));

export function decodeALaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (byte) => DECODED[byte] ?? 0);
}

/** What is louder than 16 bits is cut off. */
export function encodeALaw(samples: Float32Array): Uint8Array {
  return Uint8Array.from(samples, (sample) => {
    const cut = Math.max(-32_768, Math.min(32_767, Math.round(sample)));
    return ENCODED[(cut >> 3) + 4_096] ?? 0;
  });
}

function sampleOf(byte: number): number {
  const value = byte ^ 0x55;
  const exponent = (value & 0x70) >> 4;
  const mantissa = (value & 0x0f) << 4;
  const magnitude = exponent === 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1);
  return (value & 0x80) === 0 ? -magnitude : magnitude;
}

function byteOf(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  const magnitude = Math.min(sample >= 0 ? sample : -sample - 1, 32_767) >> 4;
  const exponent = Math.max(0, 32 - Math.clz32(magnitude >> 4) - 1 + 1);
  const mantissa = exponent <= 1 ? magnitude & 0x0f : (magnitude >> (exponent - 1)) & 0x0f;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}
