/**
 * The `;name=value` parameters behind a Via, a name-addr or a URI.
 *
 * @returns names in lower case, values as written (a quoted value without its quotes, a bare flag as
 *   ''), or undefined when the text is not a parameter list
 */
export function parseHeaderParams(text: string): Map<string, string> | undefined {
  const params = new Map<string, string>();
  let rest = text.trim();
  while (rest !== '') {
    const match = PARAM.exec(rest);
    if (!match?.[1]) return undefined;
    const name = match[1].toLowerCase();
    // A parameter given twice is refused: two readers could each believe another one.
    if (params.has(name)) return undefined;
    params.set(name, match[2] === undefined ? (match[3] ?? '') : match[2].replace(/\\(.)/g, '$1'));
    rest = rest.slice(match[0].length);
  }
  return params;
}

/** token, optionally = quoted-string | token or host (RFC 3261 section 25.1, generic-param). */
const PARAM =
  /^\s*;\s*([\w\-.!%*+`'~]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([\w\-.!%*+`'~[\]:/&$?@]+)))?\s*(?=;|$)/;
