/** Joins start line, headers and body to a message, with Content-Type and Content-Length added. */
export function messageText(
  head: string[],
  body = '',
  contentType: string = 'application/sdp',
): string {
  const type = body === '' ? [] : [`Content-Type: ${contentType}`];
  return [...head, ...type, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}
