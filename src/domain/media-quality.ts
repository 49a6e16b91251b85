/**
 * The audio of one leg during one call. Packets and bytes are what it sent, as the media engine
 * counted them; loss, jitter, MOS and round trip are of what it heard, and there when it reported
 * them by RTCP (RFC 3550, 6.4): the engine keeps a report with its sender, one a second.
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
