/** Linear samples of 16 bits as G.711 A-law (ITU-T G.711, table 1a), a byte a sample. */
export function encodeALaw(samples: Int16Array): Buffer {
  const bytes = Buffer.alloc(samples.length);
  samples.forEach((sample, i) => {
    bytes[i] = byteOf(sample);
  });
  return bytes;
}

function byteOf(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  const magnitude = Math.min(sample >= 0 ? sample : -sample - 1, 32_767) >> 4;
  // segments double in width from the third on
  const exponent = magnitude < 0x20 ? magnitude >> 4 : 28 - Math.clz32(magnitude);
  const mantissa = exponent < 2 ? magnitude & 0x0f : (magnitude >> (exponent - 1)) & 0x0f;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}
