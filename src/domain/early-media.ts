/**
 * What came before the answer of a call: nothing but silence; a phone that rings, with a tone of ours
 * (180) or of the carrier's (180 and a description); audio of the carrier's without a ringing phone, an
 * announcement for one (183 with a description); or that the call goes on its way: in a queue (182),
 * forwarded (181), some other progress (183 without a description).
 */
export const EARLY_MEDIA = [
  'none',
  'ringback',
  'carrier_ringback',
  'early_audio',
  'queued',
  'forwarded',
  'progress',
] as const;
export type EarlyMedia = (typeof EARLY_MEDIA)[number];
