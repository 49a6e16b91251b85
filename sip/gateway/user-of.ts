/** The user part of the first `sip:`, `sips:` or `tel:` URI of a header; empty: there is none. */
export function userOf(header: string): string {
  // the display name may hold anything, also something that looks like a URI
  const bare = header.replace(/"(?:[^"\\]|\\.)*"/g, '');
  return (
    /(?:sips?:([^@>;,\s]+)(?:;[^@>,\s]*)?@|tel:([^>;,\s]+))/i.exec(bare)?.slice(1).find(Boolean) ??
    ''
  );
}
