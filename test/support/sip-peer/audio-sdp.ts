/** A plain G.711 audio description; `label` makes one tell another apart. */
export function audioSdp(label: string, direction = 'sendrecv', version = 1): string {
  return [
    'v=0',
    `o=${label} 1 ${version} IN IP4 127.0.0.1`,
    `s=${label}`,
    'c=IN IP4 127.0.0.1',
    't=0 0',
    'm=audio 40000 RTP/AVP 0 101',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    `a=${direction}`,
    '',
  ].join('\r\n');
}
