import type { Logger } from 'pino';
import { ConfigError } from '../config/config-error';
import type { RecordingStoreConfig } from '../config/parse-config';
import type { AudioStore } from '../recording/audio-store';
import { FolderAudioStore } from '../recording/folder-audio-store';
import { S3AudioStore } from '../recording/s3-audio-store';

/** Looked at this long at the start: nobody waits for a store that does not answer. */
const LOOK_LIMIT_MS = 5_000;

/**
 * Where recordings are kept. A bucket is looked at: what waiting does not mend ends the start; a service that
 * is away does not, for talks wait in the spool.
 * @throws ConfigError when the service refuses the bucket or the key
 */
export async function openAudioStore(
  config: RecordingStoreConfig,
  log: Logger,
): Promise<AudioStore> {
  if (config.kind === 'folder') return new FolderAudioStore(config.folder);
  const looking = await S3AudioStore.open({ ...config, maxAttempts: 1 });
  const trouble = await withLimit(looking.trouble());
  looking.close();
  if (trouble?.kind === 'refused') {
    const reason = `"${config.bucket}" cannot be used: ${trouble.why}`;
    const accepted = `a bucket at ${config.endpoint ?? 'AWS'} in region ${config.region} that SANTUN_RECORDING_S3_ACCESS_KEY_ID may use`;
    throw new ConfigError([{ variable: 'SANTUN_RECORDING_S3_BUCKET', reason, accepted }]);
  }
  if (trouble !== null)
    log.warn({ why: trouble.why }, 'the S3 service of recordings does not answer');
  return S3AudioStore.open(config);
}

async function withLimit(
  looking: Promise<{ readonly kind: 'refused' | 'away'; readonly why: string } | null>,
): Promise<Awaited<typeof looking>> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<{ kind: 'away'; why: string }>((resolve) => {
    timer = setTimeout(() => {
      resolve({ kind: 'away', why: 'no answer' });
    }, LOOK_LIMIT_MS);
  });
  try {
    return await Promise.race([looking, limit]);
  } finally {
    clearTimeout(timer);
  }
}
