/** With the rest of the command it stays under the 65,507 bytes of a UDP datagram: 7.5 s. */
const MOST_BYTES = 60_000;
/** A part ends where its last second is quietest: the next one begins some milliseconds late. */
const LOOK_BACK_BYTES = 8_000;
const WINDOW_BYTES = 160;
const HEADER_BYTES = 24;
/** `encoding` of A-law in an AU file. */
const A_LAW = 27;

export interface AuPart {
  readonly file: Buffer;
  readonly durationMs: number;
}

/**
 * A-law audio as files that rtpengine can be sent in a command each. AU and not WAV: rtpengine reads
 * half a second of a WAV at once and sends it 10 ms apart, then pauses; of an AU it keeps time.
 */
export function auParts(aLaw: Buffer): AuPart[] {
  const parts: AuPart[] = [];
  for (let at = 0; at < aLaw.length;) {
    const end = aLaw.length - at <= MOST_BYTES ? aLaw.length : quietestEnd(aLaw, at + MOST_BYTES);
    parts.push({ file: auFile(aLaw.subarray(at, end)), durationMs: (end - at) / 8 });
    at = end;
  }
  return parts;
}

function auFile(aLaw: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('.snd', 0, 'latin1');
  [HEADER_BYTES, aLaw.length, A_LAW, 8_000, 1].forEach((field, i) => {
    header.writeUInt32BE(field, 4 + 4 * i);
  });
  return Buffer.concat([header, aLaw]);
}

/** Where a window of 20 ms, at the latest before `limit`, is the quietest: its middle. */
function quietestEnd(aLaw: Buffer, limit: number): number {
  let best = { end: limit, loudness: Infinity };
  for (let to = limit; to > limit - LOOK_BACK_BYTES; to -= WINDOW_BYTES) {
    const loudness = aLaw
      .subarray(to - WINDOW_BYTES, to)
      // without its sign an A-law byte grows with the loudness of its sample
      .reduce((sum, byte) => sum + ((byte ^ 0x55) & 0x7f), 0);
    if (loudness < best.loudness) best = { end: to - WINDOW_BYTES / 2, loudness };
  }
  return best.end;
}
