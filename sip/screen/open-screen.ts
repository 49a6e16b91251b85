import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import type { Database } from '../../src/db/database';
import type { Screen } from '../embedded/transaction/screen';
import { KnownSources } from './known-sources';
import { SourceScreen } from './source-screen';

export interface ScreenOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly registry: Registry;
}

/** The embedded signalling server's screen, fed from the database. Returns when it knows whom to hear. */
export async function openScreen({ db, log, registry }: ScreenOptions): Promise<{
  readonly screen: Screen;
  readonly stop: () => Promise<void>;
}> {
  const registers = [registry];
  const dropped = new Counter({
    name: 'santun_sip_dropped_total',
    help: 'SIP requests dropped without an answer: unknown_source, banned',
    labelNames: ['reason'],
    registers,
  });
  const bans = new Counter({
    name: 'santun_sip_bans_total',
    help: 'Sources that are not heard for ten minutes: scanners, guessers of passwords',
    registers,
  });
  const screen = new SourceScreen({
    onDropped: (reason) => {
      dropped.inc({ reason });
    },
    onBanned: (address) => {
      bans.inc();
      log.warn({ address }, 'SIP source banned');
    },
  });
  const known = new KnownSources(db, log, screen);
  await known.start();
  return { screen, stop: () => known.stop() };
}
