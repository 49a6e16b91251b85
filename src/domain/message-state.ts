/**
 * A message to a person.
 *
 *     queued <-> sending -> sent -> delivered -> read
 *       ^  \         \--> failed <--/
 *       v   \-> expired, cancelled
 *     no_channel
 *
 * - `queued`: waits for its time, or for the next instant at which the rules allow it.
 * - `sending`: handed to a gateway that has not answered yet; queued again for the next channel when
 *   this one refuses.
 * - `sent`: a gateway took it, or may have taken it.
 * - `delivered`, `read`: as the gateway reports.
 * - `no_channel`: the creditor has none that it could be sent by; queued again when there is one.
 * - `failed`: no channel took it, or the one that did could not deliver it.
 * - `expired`: it could not be sent as long as it was of use.
 * - `cancelled`: there is no reason for it any more.
 */
export const MESSAGE_STATES = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'no_channel',
  'failed',
  'expired',
  'cancelled',
] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** Ways to a person, each by a gateway of the creditor's own. */
export const MESSAGE_CHANNELS = ['sms', 'whatsapp', 'email', 'voice'] as const;
export type MessageChannelKind = (typeof MESSAGE_CHANNELS)[number];
