import {
  answerSdp,
  offerSdp,
  sdpDirection,
  sessionName,
  type SdpParty,
} from '../../../../../src/main/demo/plain-sdp';

const party: SdpParty = { name: 'person', host: '127.0.0.1', port: 9, sessionId: 7, version: 2 };
const lines = (sdp: string | null): string[] => (sdp ?? '').split('\r\n');

describe('plain SDP', () => {
  it('offers one stream of PCMA', () => {
    const sdp = offerSdp(party, 'inactive');
    expect(lines(sdp)).toEqual([
      'v=0',
      'o=- 7 2 IN IP4 127.0.0.1',
      's=person',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      'm=audio 9 RTP/AVP 8',
      'a=rtpmap:8 PCMA/8000',
      'a=ptime:20',
      'a=inactive',
      '',
    ]);
    expect(sdpDirection(sdp)).toBe('inactive');
    expect(sessionName(sdp)).toBe('person');
  });

  it.each([
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ] as const)('answers %s with %s', (offered, answered) => {
    expect(sdpDirection(answerSdp(offerSdp(party, offered), party) ?? '')).toBe(answered);
  });

  it('takes the direction of the session where the stream has none', () => {
    const offer = 'v=0\r\ns=x\r\na=sendonly\r\nm=audio 4000 RTP/AVP 0 8\r\n';
    expect(sdpDirection(offer)).toBe('sendonly');
    expect(sdpDirection(answerSdp(offer, party) ?? '')).toBe('recvonly');
  });

  it('answers every stream in order and turns down what it does not speak', () => {
    const offer =
      'v=0\r\ns=x\r\nm=video 5000 RTP/AVP 96\r\nm=audio 4000 RTP/AVP 18 8 0\r\nm=audio 4002 RTP/AVP 8\r\n';
    const media = lines(answerSdp(offer, party)).filter((line) => line.startsWith('m='));
    expect(media).toEqual(['m=video 0 RTP/AVP 96', 'm=audio 9 RTP/AVP 8', 'm=audio 0 RTP/AVP 8']);
  });

  it.each([
    ['another codec', 'v=0\r\nm=audio 4000 RTP/AVP 9 18\r\n'],
    ['a browser transport', 'v=0\r\nm=audio 4000 UDP/TLS/RTP/SAVPF 8\r\n'],
    ['a stream turned down', 'v=0\r\nm=audio 0 RTP/AVP 8\r\n'],
    ['no stream', 'v=0\r\n'],
  ])('has no answer to %s', (_what, offer) => {
    expect(answerSdp(offer, party)).toBeNull();
  });
});
