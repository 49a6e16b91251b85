/**
 * Session descriptions that pass through (RFC 8866, RFC 3264). Only three things are ever
 * touched: the direction of the media, the origin line, and characters that would break a length.
 * Everything else stays byte for byte what the other side wrote.
 */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

const DIRECTION_LINE = /^a=(?:sendrecv|sendonly|recvonly|inactive)$/;

const linesOf = (sdp: string): string[] => sdp.split(/\r\n|\n/).filter((line) => line !== '');
const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

/** The description with every medium in one direction; a direction of the whole session is dropped. */
export function withDirection(sdp: string, direction: Direction): string {
  const lines = linesOf(sdp).filter((line) => !DIRECTION_LINE.test(line));
  const out: string[] = [];
  let inMedia = false;
  for (const line of lines) {
    if (line.startsWith('m=')) {
      if (inMedia) out.push(`a=${direction}`);
      inMedia = true;
    }
    out.push(line);
  }
  if (inMedia) out.push(`a=${direction}`);
  return textOf(out);
}

/** Direction of the first medium; `sendrecv` when nothing is said (RFC 8866, 6.7). */
export function directionOf(sdp: string): Direction {
  const lines = linesOf(sdp);
  const firstMedium = lines.findIndex((line) => line.startsWith('m='));
  const secondMedium = lines.findIndex((line, at) => at > firstMedium && line.startsWith('m='));
  const own = lines
    .slice(firstMedium, secondMedium < 0 ? undefined : secondMedium)
    .find((line) => DIRECTION_LINE.test(line));
  const session = lines
    .slice(0, Math.max(firstMedium, 0))
    .find((line) => DIRECTION_LINE.test(line));
  return ((own ?? session)?.slice(2) as Direction | undefined) ?? 'sendrecv';
}

/** What we have described on one leg so far: its identity and version live as long as the leg. */
export interface LocalDescription {
  readonly sdp: string;
  /** `<username> <session id>` of RFC 8866, 5.2: the same for the life of the leg. */
  readonly identity: string;
  readonly version: bigint;
}

const ORIGIN = /^o=(\S+ \S+) (\d+) (.*)$/m;

/**
 * The next description to send on a leg. RFC 3264, 8: the origin of a leg never changes but for
 * its version, which grows by one when anything else differs. The text may come from anybody.
 */
export function nextDescription(previous: LocalDescription | null, sdp: string): LocalDescription {
  const ascii = textOf(linesOf(sdp)).replace(/[^\x20-\x7e\r\n\t]/g, '?');
  const origin = ORIGIN.exec(ascii);
  if (origin === null) return { sdp: ascii, identity: '- 0', version: 0n };
  const [, identity = '', version = '0', address = ''] = origin;
  if (previous === null) return { sdp: ascii, identity, version: BigInt(version) };
  const at = (v: bigint): string =>
    ascii.replace(ORIGIN, () => `o=${previous.identity} ${v.toString()} ${address.trim()}`);
  if (at(previous.version) === previous.sdp) return previous;
  const grown = previous.version + 1n;
  return { sdp: at(grown), identity: previous.identity, version: grown };
}

/** Do two descriptions differ in anything but origin and direction? */
export function mediaDiffers(a: string, b: string): boolean {
  const essence = (sdp: string): string =>
    textOf(linesOf(sdp).filter((line) => !line.startsWith('o=') && !DIRECTION_LINE.test(line)));
  return essence(a) !== essence(b);
}

/** Does media have to be sent elsewhere, or under other keys? Codecs and directions do not count. */
export function addressDiffers(a: string, b: string): boolean {
  const address = (sdp: string): string =>
    linesOf(sdp)
      .filter((line) => /^(?:c=|m=|a=fingerprint:|a=ice-ufrag:)/.test(line))
      .map((line) => (line.startsWith('m=') ? line.split(' ').slice(0, 3).join(' ') : line))
      .join('\n');
  return address(a) !== address(b);
}

/** Has the description a medium to talk over? A port of 0 means refused (RFC 3264, 6). */
export function carriesMedia(sdp: string): boolean {
  return linesOf(sdp).some((line) => line.startsWith('m=') && !/^m=\S+ 0[ /]/.test(line));
}

/**
 * The offer that reserves an agent's line before there is anybody to talk to: telephony audio,
 * inactive, no address to send to (RFC 3264, 5.1; port 9 is discard).
 */
export function idleOffer(sessionId: bigint): string {
  return textOf([
    'v=0',
    `o=- ${sessionId.toString()} 1 IN IP4 0.0.0.0`,
    's=-',
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'm=audio 9 RTP/AVP 8 0 101',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=inactive',
  ]);
}

/** The port that audio is awaited on; null: none. */
export function audioPortOf(sdp: string): number | null {
  const port = /^m=audio (\d+) /m.exec(sdp)?.[1];
  return port === undefined || port === '0' ? null : Number(port);
}

/** The payload type that a description gives a codec (RFC 8866, 6.6); null: it does not name it. */
export function payloadTypeOf(sdp: string, codec: string): number | null {
  for (const [, type, name] of sdp.matchAll(/^a=rtpmap:(\d+) ([^/\s]+)/gm))
    if (name?.toLowerCase() === codec) return Number(type);
  return null;
}

/** Where audio is awaited: the address of the medium, else of the session (RFC 8866, 5.7); null: none is named. */
export function audioHostOf(sdp: string): string | null {
  const [session = '', audio = ''] = sdp.split(/^(?=m=audio )/m);
  const address = /^c=IN IP[46] (\S+)/m;
  return (address.exec(audio) ?? address.exec(session))?.[1] ?? null;
}
