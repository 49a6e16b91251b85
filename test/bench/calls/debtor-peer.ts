import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually';
import { startSipp, type Child } from './child';

/** What the debtors' side has counted so far. */
export interface DebtorCounts {
  /** By sipp's clock, s since its start. */
  readonly atSeconds: number;
  /** Calls that went all the way to the answered BYE. */
  readonly completed: number;
  readonly failed: number;
  readonly retransmissions: number;
}

/** All debtors: one sipp for the whole run, the same for both sides, and the only counter. */
export class DebtorPeer {
  private constructor(
    readonly port: number,
    readonly process: Child,
    private readonly dir: string,
  ) {}

  static async start(port: number, talkMs: number): Promise<DebtorPeer> {
    const dir = mkdtempSync(join(tmpdir(), 'santun-bench-'));
    const stats = ['-trace_stat', '-stf', join(dir, 'debtor.csv'), '-fd', '1'];
    const child = startSipp('debtor.sipp.xml', ['-p', port, '-d', talkMs, ...stats]);
    const peer = new DebtorPeer(port, child, dir);
    await eventually('sipp counts', 10_000, () => peer.lastRow());
    return peer;
  }

  /** The counters of the newest second. */
  counts(): DebtorCounts {
    const row = this.lastRow();
    if (row === null) throw new Error('sipp has written no statistics');
    return row;
  }

  /** Resolves with the counters of the next whole second. */
  nextCounts(): Promise<DebtorCounts> {
    const before = this.counts().atSeconds;
    return eventually(
      'the next second of sipp',
      5_000,
      () => {
        const row = this.counts();
        return row.atSeconds > before ? row : null;
      },
      20,
    );
  }

  async stop(): Promise<void> {
    await this.process.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  private lastRow(): DebtorCounts | null {
    const lines = readFileSync(join(this.dir, 'debtor.csv'), 'utf8').split('\n');
    // the last piece is empty, or a row that is being written
    const [header, row] = [lines[0], lines.length > 2 ? lines.at(-2) : undefined];
    if (header === undefined || row === undefined) return null;
    const names = header.split(';');
    const values = row.split(';');
    const column = (name: string): string => values[names.indexOf(name)] ?? '';
    return {
      atSeconds: secondsOf(column('ElapsedTime(C)')),
      completed: Number(column('SuccessfulCall(C)')),
      failed: Number(column('FailedCall(C)')),
      retransmissions: Number(column('Retransmissions(C)')),
    };
  }
}

/** `00:00:12:345000` or `00:00:12.345`: hours, minutes, seconds, fraction. */
function secondsOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0, fraction = 0] = text.split(/[:.]/).map(Number);
  const digits = text.split(/[:.]/)[3]?.length ?? 1;
  return hours * 3_600 + minutes * 60 + seconds + fraction / 10 ** digits;
}
