import { Counter, Gauge } from 'prom-client';
import { eraseRecordingsTurn } from '../../workers/erase-recordings';
import { storeRecordingsTurn } from '../../workers/store-recordings';
import { watchRecordingTurn } from '../../workers/watch-recording';
import { tidyCarrierAnnouncements } from '../db/carrier-announcements';
import { CaptureSpool } from '../recording/capture-spool';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';

const STORE_INTERVAL_MS = 1_000;
/** What is asked for is gone soon; what is only old can wait for its day. */
const ERASE_INTERVAL_MS = 60_000;
const WATCH_INTERVAL_MS = 5_000;

/** What the engines captured becomes recordings, where there is a spool, and is erased when its time is over. */
export function startRecordings(context: RoleContext): Repeating[] {
  const { spool } = context.config.recording;
  return [
    ...(spool === null ? [] : [startStoring(context, spool)]),
    startErasing(context),
    startWatching(context),
  ];
}

function startStoring(context: RoleContext, spool: string): Repeating {
  const { db, log, registry, secretKey } = context;
  const settled = new Counter({
    name: 'santun_recordings_total',
    help: 'Recordings of talks that were stored, or could not be had',
    labelNames: ['result'],
    registers: [registry],
  });
  const turn = storeRecordingsTurn({
    db,
    secretKey,
    spool: new CaptureSpool(spool),
    store: context.audioStore,
    onTrouble: (recordingId, error) => {
      log.error({ recordingId, err: error }, 'a recording could not be stored');
    },
  });
  return repeat(
    STORE_INTERVAL_MS,
    async () => {
      const { stored, failed } = await turn();
      settled.inc({ result: 'stored' }, stored);
      settled.inc({ result: 'failed' }, failed);
    },
    (error) => {
      log.error({ err: error }, 'recordings could not be looked after');
    },
  );
}

/** Alarms, and the end of calls that must be recorded and cannot be. */
function startWatching({ db, log, config, registry }: RoleContext): Repeating {
  const { spool, spoolLimitBytes } = config.recording;
  const captures = spool === null ? null : new CaptureSpool(spool);
  const bytes = new Gauge({
    name: 'santun_recording_spool_bytes',
    help: 'What lies in the spool of recordings and waits to be stored',
    registers: [registry],
  });
  const turn = watchRecordingTurn({
    ...{ db, spoolLimitBytes },
    spoolBytes: () => captures?.bytes() ?? Promise.resolve(null),
  });
  return repeat(
    WATCH_INTERVAL_MS,
    async () => {
      const { spoolBytes, isFull, stopped } = await turn();
      bytes.set(spoolBytes ?? 0);
      if (isFull) log.error({ spoolBytes, spoolLimitBytes }, 'the spool of recordings is full');
      if (stopped.length > 0) log.error({ stopped }, 'calls stopped: they could not be recorded');
    },
    (error) => {
      log.error({ err: error }, 'recording could not be watched');
    },
  );
}

function startErasing({ db, log, gate, audioStore }: RoleContext): Repeating {
  const erase = eraseRecordingsTurn({
    db,
    store: audioStore,
    clock: gate.clock,
    onTrouble: (recordingId, error) => {
      log.error({ recordingId, err: error }, 'a recording could not be erased');
    },
  });
  return repeat(
    ERASE_INTERVAL_MS,
    async () => {
      const erased = await erase();
      if (erased > 0) log.info({ erased }, 'recordings erased');
      const forgotten = await tidyCarrierAnnouncements(db, gate.clock());
      if (forgotten > 0) log.info({ forgotten }, 'announcements of carriers forgotten');
    },
    (error) => {
      log.error({ err: error }, 'recordings could not be looked through');
    },
  );
}
