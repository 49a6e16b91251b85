import type { NgDictionary } from './bencode';

/** How a far end speaks audio: a browser (DTLS-SRTP and ICE, RFC 8827) or RTP as it is (RFC 3551). */
export type Speech = 'webrtc' | 'plain';

/** Softphones on a WebSocket are browsers (RFC 7118); over UDP, TCP and TLS they speak plain RTP. */
export function speechOf(transport: string): Speech {
  return transport === 'ws' || transport === 'wss' ? 'webrtc' : 'plain';
}

/**
 * Always: our ports on a leg stay what they were, so that a leg need not be told of what happens on
 * the other; and an address of 0.0.0.0 (nobody there yet) is not passed on.
 */
const FLAGS = ['trust-address', 'port-latching'];
const REPLACE = ['origin', 'zero-address'];

const TOWARDS: Readonly<Record<Speech, NgDictionary>> = {
  // without `DTLS`: forcing the passive role fails calls that are answered slowly
  webrtc: {
    'transport-protocol': 'UDP/TLS/RTP/SAVPF',
    ICE: 'force',
    SDES: ['off'],
    flags: ['generate-mid', ...FLAGS],
    replace: REPLACE,
  },
  plain: {
    'transport-protocol': 'RTP/AVP',
    ICE: 'remove',
    flags: FLAGS,
    replace: REPLACE,
  },
};

/** Options of an `offer` or `answer` whose output goes to a far end that speaks so. */
export function optionsTowards(speech: Speech, command: 'offer' | 'answer'): NgDictionary {
  const offered = command === 'offer' ? ['offer', 'require'] : ['require'];
  return { ...TOWARDS[speech], 'rtcp-mux': speech === 'webrtc' ? offered : ['demux'] };
}

/**
 * Codecs of an offer to whoever is called, made of the softphone's description: G.711 and DTMF as
 * events (RFC 4733) are offered whatever the softphone speaks. `accept`: what the debtor's side does
 * not take stays good on the softphone's, so it is transcoded and the softphone is told nothing.
 */
export const CODECS_TO_TRUNK: NgDictionary = {
  mask: ['opus'],
  accept: ['all'],
  transcode: ['PCMA', 'PCMU', 'telephone-event'],
};

/** Codecs of an offer of the debtor's side on its way to the softphone, which is not asked. */
export const CODECS_TO_AGENT: NgDictionary = { accept: ['all'], transcode: ['opus', 'PCMA'] };
