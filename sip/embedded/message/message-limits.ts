/**
 * How much of a message is read at all. Generous beside real traffic (a WebRTC INVITE is 5 KB), small
 * beside what would hurt: the real server falls silent on a 22 KB folded Call-ID.
 */
export const MESSAGE_LIMITS = {
  messageBytes: 65_536,
  headerSectionBytes: 32_768,
  headerFields: 200,
  headerValueChars: 8_192,
  callIdChars: 512,
  viaValues: 70,
} as const;
