import { destination, pino, type Logger } from 'pino';

/** What names a person; cut out should it ever get into a log line. */
const PERSONAL = ['e164', 'name', 'phone', 'number', 'password', 'authorization'];

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string | undefined;
}

/** The error without what libraries hang on it: pg adds its client, with host, user and keys. */
function loggedError(error: unknown): LoggedError | string {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack } = error;
  return { type: name, message, stack, ...('code' in error ? { code: error.code } : {}) };
}

/**
 * JSON lines on stderr, for stdout belongs to what a person asked to see; or in a file.
 * @param file made with its folder when missing.
 */
export function createLog(level: string, file?: string): Logger {
  const paths = PERSONAL.flatMap((key) => [key, `*.${key}`]);
  return pino(
    { level, redact: { paths, censor: '[cut]' }, serializers: { err: loggedError } },
    destination({ dest: file ?? 2, sync: false, mkdir: true }),
  );
}
