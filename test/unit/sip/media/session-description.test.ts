import fc from 'fast-check';
import {
  addressDiffers,
  carriesMedia,
  directionOf,
  idleOffer,
  mediaDiffers,
  nextDescription,
  withDirection,
  type Direction,
} from '../../../../sip/media/session-description';

const lines = (...all: string[]): string => all.map((line) => `${line}\r\n`).join('');
const softphone = lines(
  'v=0',
  'o=agen 5 9 IN IP4 192.0.2.7',
  's=-',
  'c=IN IP4 192.0.2.7',
  't=0 0',
  'a=sendonly',
  'm=audio 4000 RTP/AVP 8 101',
  'a=rtpmap:8 PCMA/8000',
  'a=recvonly',
  'm=video 4002 RTP/AVP 96',
  'a=rtpmap:96 VP8/90000',
);

test('every medium gets the direction, nothing else moves', () => {
  expect(withDirection(softphone, 'inactive')).toBe(
    lines(
      'v=0',
      'o=agen 5 9 IN IP4 192.0.2.7',
      's=-',
      'c=IN IP4 192.0.2.7',
      't=0 0',
      'm=audio 4000 RTP/AVP 8 101',
      'a=rtpmap:8 PCMA/8000',
      'a=inactive',
      'm=video 4002 RTP/AVP 96',
      'a=rtpmap:96 VP8/90000',
      'a=inactive',
    ),
  );
});

test('a medium of its own direction wins over the session; nothing said means both ways', () => {
  expect(directionOf(softphone)).toBe('recvonly');
  expect(directionOf(softphone.replace('a=recvonly\r\n', ''))).toBe('sendonly');
  expect(directionOf(lines('v=0', 'm=audio 1 RTP/AVP 0'))).toBe('sendrecv');
});

test('directions are a round trip', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Direction>('sendrecv', 'sendonly', 'recvonly', 'inactive'),
      (direction) => {
        const turned = withDirection(softphone, direction);
        expect(directionOf(turned)).toBe(direction);
        expect(withDirection(turned, direction)).toBe(turned);
      },
    ),
  );
});

describe('one leg, many authors (RFC 3264, 8)', () => {
  const first = nextDescription(null, idleOffer(77n));

  test('the first stands as it is', () => {
    expect(first.sdp).toBe(idleOffer(77n));
  });

  test('another text keeps the identity and takes the next version', () => {
    const second = nextDescription(first, softphone);
    expect(second.sdp).toContain('o=- 77 2 IN IP4 192.0.2.7\r\n');
    expect(second.sdp.replace(/^o=.*$/m, '')).toBe(softphone.replace(/^o=.*$/m, ''));
    expect(nextDescription(second, idleOffer(1n)).sdp).toContain('o=- 77 3 IN IP4 0.0.0.0\r\n');
  });

  test('the same text again is no new version', () => {
    const second = nextDescription(first, softphone);
    expect(nextDescription(second, softphone.replace('5 9', '5 10'))).toBe(second);
  });

  test('characters that would break the length do not get through', () => {
    const odd = nextDescription(first, softphone.replace('s=-', 's=Bu Déwi'));
    expect(odd.sdp).toContain('s=Bu D?wi\r\n');
    expect(Buffer.byteLength(odd.sdp)).toBe(odd.sdp.length);
  });
});

test('what counts as other media, and as another address', () => {
  expect(mediaDiffers(softphone, withDirection(softphone, 'inactive'))).toBe(false);
  expect(mediaDiffers(softphone, softphone.replace('4000', '4004'))).toBe(true);
  expect(addressDiffers(softphone, softphone.replace('AVP 8 101', 'AVP 8'))).toBe(false);
  expect(
    addressDiffers(softphone, softphone.replace('c=IN IP4 192.0.2.7', 'c=IN IP4 192.0.2.8')),
  ).toBe(true);
  expect(addressDiffers(softphone, softphone.replace('audio 4000', 'audio 4004'))).toBe(true);
});

test('a refused medium is none', () => {
  expect(carriesMedia(softphone)).toBe(true);
  expect(carriesMedia(lines('v=0', 'm=audio 0 RTP/AVP 8'))).toBe(false);
  expect(carriesMedia('')).toBe(false);
});
