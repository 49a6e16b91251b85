import { forCarrier, answerTo, nobody } from '../../../../../sip/media/engine/engine-sdp';
import { optionsTowards, speechOf } from '../../../../../sip/media/engine/ng-options';

test('browsers are on WebSockets', () => {
  expect(['ws', 'wss', 'udp', 'tcp', 'tls'].map(speechOf)).toEqual([
    ...['webrtc', 'webrtc', 'plain', 'plain', 'plain'],
  ]);
});

test('towards a browser: keys by DTLS alone, ICE, one port', () => {
  const offer = optionsTowards('webrtc', 'offer');
  expect(offer).toMatchObject({
    'transport-protocol': 'UDP/TLS/RTP/SAVPF',
    ICE: 'force',
    SDES: ['off'],
    'rtcp-mux': ['offer', 'require'],
  });
  expect(offer.flags).toContain('generate-mid');
  // forcing the passive role fails calls that are answered slowly
  expect(offer).not.toHaveProperty('DTLS');
  expect(optionsTowards('webrtc', 'answer')['rtcp-mux']).toEqual(['require']);
});

test('towards a carrier: RTP as it is', () => {
  for (const command of ['offer', 'answer'] as const)
    expect(optionsTowards('plain', command)).toMatchObject({
      'transport-protocol': 'RTP/AVP',
      ICE: 'remove',
      'rtcp-mux': ['demux'],
    });
});

test('ports stay, whatever happens on the other leg', () => {
  for (const speech of ['webrtc', 'plain'] as const)
    for (const command of ['offer', 'answer'] as const)
      expect(optionsTowards(speech, command).flags).toContain('port-latching');
});

test('a browser is offered Opus and DTMF at both clocks, a phone G.711', () => {
  expect(nobody('webrtc')).toContain('m=audio 9 RTP/AVP 111 110 101\r\n');
  expect(nobody('webrtc')).toContain('a=rtpmap:110 telephone-event/48000\r\n');
  expect(nobody('plain')).toContain('m=audio 9 RTP/AVP 8 0 101\r\n');
});

test('a carrier is not told what only a browser understands', () => {
  const told = forCarrier(
    [
      ...['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'],
      ...['a=group:BUNDLE 0', 'm=audio 31000 RTP/AVP 8 96', 'a=mid:0', 'a=msid:x y', 'a=rtcp-mux'],
      ...['a=rtpmap:8 PCMA/8000', 'a=rtpmap:96 telephone-event/8000', 'a=fmtp:96 0-15'],
      ...['a=ssrc:7 cname:z', 'a=ptime:20', 'a=recvonly', 'a=rtcp:31001', 'a=rtcp-fb:8 nack', ''],
    ].join('\r\n'),
  );
  expect(told.split('\r\n')).toEqual([
    ...['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'],
    ...['m=audio 31000 RTP/AVP 8 96', 'a=rtpmap:8 PCMA/8000', 'a=rtpmap:96 telephone-event/8000'],
    ...['a=fmtp:96 0-15', 'a=ptime:20', 'a=rtcp:31001', 'a=sendrecv', ''],
  ]);
});

test('directions are answered with their counterpart', () => {
  expect((['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const).map(answerTo)).toEqual([
    ...['sendrecv', 'recvonly', 'sendonly', 'inactive'],
  ]);
});
