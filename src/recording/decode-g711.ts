/** ITU-T G.711 to linear samples of 16 bits, by table. */
const A_LAW = Int16Array.from({ length: 256 }, (_, byte) => aLawSample(byte));
const MU_LAW = Int16Array.from({ length: 256 }, (_, byte) => muLawSample(byte));

/** PCMA (RFC 3551, 4.5.14), a sample a byte. */
export function decodeALaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (byte) => A_LAW[byte] ?? 0);
}

/** PCMU (RFC 3551, 4.5.14), a sample a byte. */
export function decodeMuLaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (byte) => MU_LAW[byte] ?? 0);
}

function aLawSample(byte: number): number {
  const value = byte ^ 0x55;
  const exponent = (value & 0x70) >> 4;
  const mantissa = (value & 0x0f) << 4;
  const magnitude = exponent === 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1);
  return (value & 0x80) === 0 ? -magnitude : magnitude;
}

function muLawSample(byte: number): number {
  const value = ~byte & 0xff;
  const magnitude = ((((value & 0x0f) << 3) + 0x84) << ((value & 0x70) >> 4)) - 0x84;
  return (value & 0x80) === 0 ? magnitude : -magnitude;
}
