import { z } from 'zod';

/** Addresses with commas between, each of which must fit. */
function addresses(fits: (address: string) => boolean, what: string) {
  return z.string().transform((text, context): readonly string[] => {
    const given = text.split(',').map((address) => address.trim());
    if (given.every(fits)) return given;
    context.addIssue({ code: 'custom', message: `is not a list of ${what} addresses` });
    return z.NEVER;
  });
}

export const wsUrls = addresses(
  (text) => URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol),
  'WebSocket',
);

/** RFC 7064 and 7065. */
const TURN_URL =
  /^(?:stun|turn)s?:(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i;

export const turnUrls = addresses((text) => TURN_URL.test(text), 'TURN');
