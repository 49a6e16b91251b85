import { withDirection, type Direction } from '../session-description';
import type { Speech } from './ng-options';

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

const AUDIO: Readonly<Record<Speech, readonly string[]>> = {
  // every WebRTC endpoint has Opus (RFC 7874, 3); forward error correction helps on home networks
  webrtc: [
    'm=audio 9 RTP/AVP 111 110 101',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'a=rtpmap:110 telephone-event/48000',
    'a=fmtp:110 0-15',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
  ],
  plain: [
    'm=audio 9 RTP/AVP 8 0 101',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
  ],
};

/** The far end of a line that nobody talks to: no address to send to. What the engine is given. */
export function nobody(speech: Speech): string {
  const head = ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 'c=IN IP4 0.0.0.0', 't=0 0'];
  return text([...head, ...AUDIO[speech], 'a=sendrecv']);
}

/** What a carrier has no use for and a browser writes: left out of what the debtor's side is told. */
const FOR_CARRIERS = /^(?:[vostcbm]=|a=(?:rtpmap|fmtp|ptime|maxptime|rtcp):)/;

/** The engine's description as a carrier is given it. */
export function forCarrier(sdp: string, direction: Direction = 'sendrecv'): string {
  const lines = sdp.split(/\r\n|\n/).filter((line) => FOR_CARRIERS.test(line));
  return withDirection(text(lines), direction);
}

const ANSWERS: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

/** RFC 3264, 6.1: the widest answer to an offer of this direction. */
export const answerTo = (offered: Direction): Direction => ANSWERS[offered];
