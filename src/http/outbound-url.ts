import { z } from 'zod';
import { outboundUrlFault } from '../domain/outbound-address';

/** Where something is to be sent: what it resolves to is looked at whenever it is. */
export const outboundUrl = z
  .string()
  .max(2_000)
  .refine((text) => outboundUrlFault(text) === null, {
    error: ({ input }) => outboundUrlFault(String(input)) ?? 'is not accepted',
  })
  .describe('https, of a public host; others only as the installation opens them');

/** For the record of a change: without the query, which may hold a key of the receiver. */
export function urlWithoutQuery(text: string): string {
  const url = new URL(text);
  return `${url.origin}${url.pathname}`;
}
