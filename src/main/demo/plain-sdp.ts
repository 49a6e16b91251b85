/**
 * The session descriptions of the simulated phones and softphones: one plain RTP stream of
 * G.711 (RFC 8866, RFC 3264). Nobody here sends RTP; what the parties would hear is told by the session
 * name (`s=`), see {@link sessionName}.
 */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface SdpParty {
  /** `s=`: who speaks, one word. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly sessionId: number;
  /** `o=` version: grows with every changed description (RFC 3264, 8). */
  readonly version: number;
}

/** Static payload types of RFC 3551, 6. */
const CODECS = { '8': 'PCMA/8000', '0': 'PCMU/8000' } as const;
type Codec = keyof typeof CODECS;
const REVERSED: Record<Direction, Direction> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

export function offerSdp(party: SdpParty, direction: Direction = 'sendrecv'): string {
  return join([...sessionLines(party), ...audioLines(party, '8', direction)]);
}

/**
 * Accepts the first audio stream that speaks G.711 over RTP/AVP and turns every other stream down
 * (port 0), in the offer's order (RFC 3264, 6). Null when nothing can be accepted (answer 488).
 */
export function answerSdp(offer: string, party: SdpParty): string | null {
  const { session, media } = sections(offer);
  const accepted = media.findIndex(([mLine]) => codecOf(mLine ?? '') !== null);
  const codec = codecOf(media[accepted]?.[0] ?? '');
  if (codec === null) return null;
  const answered = media.flatMap((lines, index) => {
    if (index !== accepted) return [turnedDown(lines[0] ?? '')];
    const offered = directionOf(lines) ?? directionOf(session) ?? 'sendrecv';
    return audioLines(party, codec, REVERSED[offered]);
  });
  return join([...sessionLines(party), ...answered]);
}

/** The direction of the first stream, as its sender means it. */
export function sdpDirection(sdp: string): Direction {
  const { session, media } = sections(sdp);
  return directionOf(media[0] ?? []) ?? directionOf(session) ?? 'sendrecv';
}

/** `s=`; null when there is none. */
export function sessionName(sdp: string): string | null {
  return /^s=(.*)$/m.exec(sdp)?.[1]?.trim() ?? null;
}

function sessionLines(party: SdpParty): string[] {
  return [
    'v=0',
    `o=- ${party.sessionId} ${party.version} IN IP4 ${party.host}`,
    `s=${party.name}`,
    `c=IN IP4 ${party.host}`,
    't=0 0',
  ];
}

function audioLines(party: SdpParty, codec: Codec, direction: Direction): string[] {
  return [
    `m=audio ${party.port} RTP/AVP ${codec}`,
    `a=rtpmap:${codec} ${CODECS[codec]}`,
    'a=ptime:20',
    `a=${direction}`,
  ];
}

/** The codec to speak on a stream, by the offerer's preference; null: none that we could. */
function codecOf(mLine: string): Codec | null {
  const [kind, port, transport, ...formats] = mLine.slice(2).split(' ');
  if (kind !== 'audio' || port === '0' || transport !== 'RTP/AVP') return null;
  return formats.find((format): format is Codec => format in CODECS) ?? null;
}

function turnedDown(mLine: string): string {
  const [kind, , ...rest] = mLine.split(' ');
  return [kind, '0', ...rest].join(' ');
}

function directionOf(lines: readonly string[]): Direction | null {
  const found = lines.map((line) => line.slice(2)).find((value) => value in REVERSED);
  return found === undefined ? null : (found as Direction);
}

function sections(sdp: string): { session: string[]; media: string[][] } {
  const session: string[] = [];
  const media: string[][] = [];
  for (const line of sdp.split(/\r?\n/).filter((text) => text !== '')) {
    if (line.startsWith('m=')) media.push([line]);
    else (media.at(-1) ?? session).push(line);
  }
  return { session, media };
}

const join = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;
