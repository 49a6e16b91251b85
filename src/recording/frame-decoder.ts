import { decodeALaw, decodeMuLaw } from './decode-g711';

/** Samples a second of every recording. */
export const SAMPLE_RATE = 8_000;

/** Turns the payloads of one stream into samples at 8 kHz, one after the other. */
export interface FrameDecoder {
  /** Ticks a second of the stream's RTP timestamps. */
  readonly clockRate: number;
  /** What cannot be decoded gives no samples. */
  decode(payload: Uint8Array): Int16Array;
  close(): void;
}

/** RFC 3551, table 4. */
const PCMU = 0;
const PCMA = 8;
/** RFC 7587, 4.1. */
const OPUS_CLOCK_RATE = 48_000;

/**
 * The decoder of a payload type; null: of none that is known (DTMF events, comfort noise).
 * @param opusPayloadType what the stream's side calls Opus; null: it does not speak it
 */
export async function decoderOf(
  payloadType: number,
  opusPayloadType: number | null,
): Promise<FrameDecoder | null> {
  if (payloadType === PCMU) return g711(decodeMuLaw);
  if (payloadType === PCMA) return g711(decodeALaw);
  return payloadType === opusPayloadType ? opus() : null;
}

const g711 = (decode: (bytes: Uint8Array) => Int16Array): FrameDecoder => ({
  clockRate: SAMPLE_RATE,
  decode,
  close: () => undefined,
});

async function opus(): Promise<FrameDecoder> {
  // an ES module with its WebAssembly inside: loaded when the first recording needs it
  const { OpusDecoder } = await import('opus-decoder');
  const decoder = new OpusDecoder({ sampleRate: SAMPLE_RATE, channels: 1, preSkip: 0 });
  await decoder.ready;
  return {
    clockRate: OPUS_CLOCK_RATE,
    decode: (payload) => {
      const { channelData, errors } = decoder.decodeFrame(payload);
      const [samples] = channelData;
      if (samples === undefined || errors.length > 0) return new Int16Array(0);
      return Int16Array.from(samples, (sample) =>
        Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_767))),
      );
    },
    close: () => {
      decoder.free();
    },
  };
}
