import { Counter } from 'prom-client';
import { storeRecordingsTurn } from '../../workers/store-recordings';
import { CaptureSpool } from '../recording/capture-spool';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';

const STORE_INTERVAL_MS = 1_000;

/** What the engines captured becomes recordings, where there is a spool. */
export function startRecordings(context: RoleContext): Repeating[] {
  const { config, db, log, registry, secretKey } = context;
  const { spool } = config.recording;
  if (spool === null) return [];
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
  const storing = repeat(
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
  return [storing];
}
