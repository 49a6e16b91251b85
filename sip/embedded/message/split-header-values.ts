/**
 * Splits a comma list header value (`Via`, `Route`, `Contact` ...) into its members (RFC 3261
 * section 7.3.1). Commas inside a quoted string or between angle brackets belong to the member.
 */
export function splitHeaderValues(value: string): string[] {
  if (!value.includes(',')) return [value.trim()];
  const members: string[] = [];
  let start = 0;
  let quoted = false;
  let bracketed = false;
  for (let at = 0; at < value.length; at++) {
    const char = value[at];
    if (quoted) {
      if (char === '\\') at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '<') bracketed = true;
    else if (char === '>') bracketed = false;
    else if (char === ',' && !bracketed) {
      members.push(value.slice(start, at).trim());
      start = at + 1;
    }
  }
  members.push(value.slice(start).trim());
  return members;
}
