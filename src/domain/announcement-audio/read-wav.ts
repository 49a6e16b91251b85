/** Samples of a WAV as it was sent: 16 bits, little endian, channels interleaved. */
export interface WavAudio {
  readonly sampleRate: number;
  readonly channels: number;
  readonly frames: number;
  readonly samples: DataView;
}

export interface WavFault {
  readonly reason: string;
  readonly accepted: string;
}

export const WAV_RATES: readonly number[] = [8_000, 16_000, 44_100, 48_000];
const MIN_SECONDS = 0.2;
const MAX_SECONDS = 300;
/** Format tags (RFC 2361); `EXTENSIBLE` has the real one in the first two bytes of its sub-format. */
const PCM = 1;
const EXTENSIBLE = 0xfffe;
const CODING: Readonly<Record<number, string>> = {
  2: 'ADPCM',
  3: 'floating point',
  6: 'A-law',
  7: 'µ-law',
  17: 'ADPCM',
  49: 'GSM',
  85: 'MP3',
};

const fault = (reason: string, accepted: string): WavFault => ({ reason, accepted });

interface Format {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly blockAlign: number;
  readonly bits: number;
}

/** Reads a RIFF/WAVE file whole. What is wrong with it is told with what would be accepted. */
export function readWav(bytes: Uint8Array): WavAudio | WavFault {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || textAt(view, 0) !== 'RIFF' || textAt(view, 8) !== 'WAVE')
    return fault('it is not a RIFF/WAVE file', 'a WAV file: PCM of 16 bits');
  let format: Format | null = null;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = textAt(view, at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (name === 'data') return format === null ? noFormat() : audioOf(view, body, size, format);
    if (body + size > bytes.length) return cutShort(`its part "${name}"`);
    if (name === 'fmt ') {
      if (size < 16) return noFormat();
      format = formatAt(view, body, size);
    }
    // parts begin at even places
    at = body + size + (size % 2);
  }
  return format === null ? noFormat() : cutShort('it has no samples:');
}

const noFormat = (): WavFault =>
  fault('it does not say its format before its samples', 'a part "fmt " before the part "data"');
const cutShort = (what: string): WavFault =>
  fault(`${what} ends before it is whole`, 'the whole file, as long as its header says');

const textAt = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));

function formatAt(view: DataView, at: number, size: number): Format {
  const tag = view.getUint16(at, true);
  return {
    tag: tag === EXTENSIBLE && size >= 26 ? view.getUint16(at + 24, true) : tag,
    channels: view.getUint16(at + 2, true),
    sampleRate: view.getUint32(at + 4, true),
    blockAlign: view.getUint16(at + 12, true),
    bits: view.getUint16(at + 14, true),
  };
}

function audioOf(view: DataView, at: number, size: number, format: Format): WavAudio | WavFault {
  const wrong = faultOfFormat(format);
  if (wrong !== null) return wrong;
  const { channels, sampleRate } = format;
  if (at + size > view.byteLength) return cutShort(`its samples: ${size} bytes are announced, it`);
  const frames = Math.floor(size / (2 * channels));
  const seconds = frames / sampleRate;
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS)
    return fault(
      `it lasts ${seconds.toFixed(2)} s`,
      `${MIN_SECONDS} s to ${MAX_SECONDS / 60} minutes`,
    );
  const samples = new DataView(view.buffer, view.byteOffset + at, frames * 2 * channels);
  return { sampleRate, channels, frames, samples };
}

function faultOfFormat({ tag, bits, channels, sampleRate, blockAlign }: Format): WavFault | null {
  if (tag !== PCM)
    return fault(`it is coded as ${CODING[tag] ?? `format ${tag}`}`, 'PCM of 16 bits');
  if (bits !== 16) return fault(`its samples have ${bits} bits`, 'samples of 16 bits');
  if (channels !== 1 && channels !== 2)
    return fault(`it has ${channels} channels`, '1 or 2 channels');
  if (!WAV_RATES.includes(sampleRate))
    return fault(`its sample rate is ${sampleRate} Hz`, `${WAV_RATES.join(', ')} Hz`);
  if (blockAlign !== 2 * channels)
    return fault(
      `its frames have ${blockAlign} bytes`,
      `frames of ${2 * channels} bytes: 2 for each channel`,
    );
  return null;
}
