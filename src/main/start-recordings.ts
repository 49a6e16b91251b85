import { Counter } from 'prom-client';
import { eraseRecordingsTurn } from '../../workers/erase-recordings';
import { storeRecordingsTurn } from '../../workers/store-recordings';
import { CaptureSpool } from '../recording/capture-spool';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';

const STORE_INTERVAL_MS = 1_000;
/** What is asked for is gone soon; what is only old can wait for its day. */
const ERASE_INTERVAL_MS = 60_000;

/** What the engines captured becomes recordings, where there is a spool, and is erased when its time is over. */
export function startRecordings(context: RoleContext): Repeating[] {
  const { spool } = context.config.recording;
  return [...(spool === null ? [] : [startStoring(context, spool)]), startErasing(context)];
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
    },
    (error) => {
      log.error({ err: error }, 'recordings could not be looked through');
    },
  );
}
