/**
 * Where the server writes. Fields carry counts, addresses of peers and Call-IDs; never user parts of
 * URIs (telephone numbers) above debug, never bodies.
 */
export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: Record<string, unknown>,
) => void;
