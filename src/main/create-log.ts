import { destination, pino, type Logger } from 'pino';

/** What names a person; cut out should it ever get into a log line. */
const PERSONAL = ['e164', 'name', 'phone', 'number', 'password', 'authorization'];

/** JSON lines on stderr: stdout belongs to what a person asked to see. */
export function createLog(level: string): Logger {
  const paths = PERSONAL.flatMap((key) => [key, `*.${key}`]);
  return pino({ level, redact: { paths, censor: '[cut]' } }, destination({ fd: 2, sync: false }));
}
