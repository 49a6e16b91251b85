/** An engine keeps one report a second, and of the first it cannot tell the round trip yet. */
const REPORTING_MS = 2_200;
/** Seconds from 1900 to 1970 (RFC 3550, 4). */
const NTP_OFFSET_S = 2_208_988_800;

/** The RTCP of one end (RFC 3550, 6.4.1): what it sent, and what it heard of the other. */
export class RtcpReports {
  private other: { ssrc: number; first: number; last: number; packets: number } | null = null;
  private lastReport: { middle: number; atMs: number } | null = null;

  private firstCompleteMs: number | null = null;

  /** @param jitterMs what every report claims, so that a test can look for it */
  constructor(
    private readonly ssrc: number,
    private readonly jitterMs: number,
  ) {}

  /** Were reports sent, from which a round trip can be told, for long enough? */
  get enough(): boolean {
    return this.firstCompleteMs !== null && performance.now() - this.firstCompleteMs > REPORTING_MS;
  }

  heard(packet: Buffer): void {
    const ssrc = packet.readUInt32BE(8);
    const sequence = packet.readUInt16BE(2);
    if (this.other?.ssrc !== ssrc)
      this.other = { ssrc, first: sequence, last: sequence, packets: 0 };
    this.other.last = Math.max(this.other.last, sequence);
    this.other.packets += 1;
  }

  /** Keeps when the other's sender report came, for the round trip. */
  receive(packet: Buffer): void {
    if (packet.length >= 28 && packet.readUInt8(1) === 200)
      this.lastReport = { middle: packet.readUInt32BE(10), atMs: performance.now() };
  }

  /** A sender report, with a reception report when the other was heard. */
  report(framesSent: number): Buffer {
    const { other } = this;
    const report = Buffer.alloc(other === null ? 28 : 52);
    report.writeUInt8(other === null ? 0x80 : 0x81, 0);
    report.writeUInt8(200, 1);
    report.writeUInt16BE(report.length / 4 - 1, 2);
    report.writeUInt32BE(this.ssrc, 4);
    const nowS = Date.now() / 1_000 + NTP_OFFSET_S;
    report.writeUInt32BE(Math.floor(nowS) >>> 0, 8);
    report.writeUInt32BE(Math.floor((nowS % 1) * 2 ** 32), 12);
    report.writeUInt32BE((framesSent * 160) >>> 0, 16);
    report.writeUInt32BE(framesSent, 20);
    report.writeUInt32BE(framesSent * 160, 24);
    if (other === null) return report;
    report.writeUInt32BE(other.ssrc, 28);
    report.writeInt32BE(Math.max(other.last - other.first + 1 - other.packets, 0) & 0xffffff, 32);
    report.writeUInt32BE(other.last, 36);
    report.writeUInt32BE(this.jitterMs * 8, 40);
    if (this.lastReport === null) return report;
    report.writeUInt32BE(this.lastReport.middle, 44);
    this.firstCompleteMs ??= performance.now();
    const delayS = (performance.now() - this.lastReport.atMs) / 1_000;
    report.writeUInt32BE(Math.floor(delayS * 65_536), 48);
    return report;
  }
}
