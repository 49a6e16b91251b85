import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readPcap } from './read-pcap';
import { markIn } from '../domain/recording-mark';

/** A capture that the engine has closed. */
export interface SpooledCapture {
  readonly recordingId: string;
  readonly seq: number;
  /** Without its ending; the engine's files of one capture all have it. */
  readonly name: string;
}

/** A segment whose capture the engine never closed, for it died. */
export interface LostSegment {
  readonly engineCallId: string;
  readonly startedAt: Date;
  /** Nothing that was captured later is of this talk. */
  readonly until: Date;
}

const META_PREFIX = 'rtpengine-meta-';
const SLACK_MS = 2_000;
/** The engine names a capture closed a moment before its last packets are written. */
const CLOSED_AFTER_MS = 500;

/**
 * The folder that rtpengine writes to (`--recording-dir`): `pcaps/NAME.pcap`, and beside it
 * `tmp/rtpengine-meta-NAME.tmp`, which becomes `metadata/rtpengine-meta-NAME.txt` when the capture is
 * closed and then holds the mark that the capture was begun with.
 */
export class CaptureSpool {
  constructor(private readonly folder: string) {}

  /** Those that are ours; another program may share the engine. */
  async closed(): Promise<SpooledCapture[]> {
    const found: SpooledCapture[] = [];
    for (const file of await this.list('metadata')) {
      if (!file.startsWith(META_PREFIX) || !file.endsWith('.txt')) continue;
      const path = join(this.folder, 'metadata', file);
      if (Date.now() - (await stat(path)).mtimeMs < CLOSED_AFTER_MS) continue;
      const text = await readFile(path, 'utf8');
      const mark = markIn(text);
      if (mark !== null) found.push({ ...mark, name: file.slice(META_PREFIX.length, -4) });
    }
    return found;
  }

  /** @throws Error ENOENT: the capture is gone */
  read({ name }: Pick<SpooledCapture, 'name'>): Promise<Buffer> {
    return readFile(join(this.folder, 'pcaps', `${basename(name)}.pcap`));
  }

  /**
   * What is left of captures that were never closed, the oldest first. The softphone's line goes on
   * to other talks under the same name, so only what was captured within the time of this one counts.
   */
  async unclosed({ engineCallId, startedAt, until }: LostSegment): Promise<string[]> {
    const closed = new Set(
      (await this.list('metadata')).map((file) => file.slice(META_PREFIX.length, -4)),
    );
    const found: { name: string; atMs: number }[] = [];
    for (const file of await this.list('pcaps')) {
      const name = file.replace(/\.pcap$/, '');
      if (!name.startsWith(`${engineCallId}-`) || closed.has(name)) continue;
      const times = [...readPcap(await this.read({ name }))].map(({ atMs }) => atMs);
      const [first] = times;
      const last = times.at(-1);
      if (first === undefined || last === undefined) continue;
      if (first >= startedAt.getTime() - SLACK_MS && last <= until.getTime() + SLACK_MS)
        found.push({ name, atMs: first });
    }
    return found.sort((a, b) => a.atMs - b.atMs).map(({ name }) => name);
  }

  /** All files of a capture; the one that names it last, so that a crash leaves no nameless audio. */
  async remove(name: string): Promise<void> {
    const file = basename(name);
    await rm(join(this.folder, 'pcaps', `${file}.pcap`), { force: true });
    await rm(join(this.folder, 'tmp', `${META_PREFIX}${file}.tmp`), { force: true });
    await rm(join(this.folder, 'metadata', `${META_PREFIX}${file}.txt`), { force: true });
  }

  /** Bytes of all that lies in it. */
  async bytes(): Promise<number> {
    let total = 0;
    for (const file of await this.list('pcaps')) {
      try {
        total += (await stat(join(this.folder, 'pcaps', file))).size;
      } catch (error) {
        // stored and removed meanwhile
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    return total;
  }

  /** The engine makes its folders when it starts. */
  private async list(folder: string): Promise<string[]> {
    try {
      return await readdir(join(this.folder, folder));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}
