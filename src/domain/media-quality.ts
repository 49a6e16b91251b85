/**
 * The audio that one leg sent during one call, as the media engine counted it. What only the
 * hearer can know (loss, jitter, MOS) is there when the hearer reported it by RTCP (RFC 3550, 6.4).
 */
export interface MediaQuality {
  readonly packets: number;
  readonly bytes: number;
  readonly packetsLost: number | null;
  readonly jitterMs: number | null;
  /** Mean opinion score, 1.0 to 5.0, estimated by the engine. */
  readonly mos: number | null;
  readonly roundTripMs: number | null;
}
