/**
 * One text for one value, whoever writes it: RFC 8785 (keys sorted by UTF-16 code units, no
 * spaces, numbers as ECMAScript writes them). Members that are undefined are left out.
 * @throws TypeError with the path of what is not JSON: NaN, a Date, a bigint, a lone surrogate, undefined
 *   in a list.
 */
export function canonicalJson(value: unknown): string {
  try {
    return write(value);
  } catch (error) {
    if (error instanceof NotJson) throw new TypeError(`$${error.path}: ${error.message}`);
    throw error;
  }
}

/** Its path grows on the way out: what is JSON, nearly everything, pays nothing for it. */
class NotJson extends Error {
  path = '';
}

function write(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'object') return composite(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  throw new NotJson(`${typeof value === 'number' ? String(value) : typeof value} is not JSON`);
}

/** Printable ASCII without quote and backslash stands as it is; most texts are no more. */
const PLAIN = /^[ !#-[\]-~]*$/;

function text(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  // it has no UTF-8 form, so no hash
  if (!value.isWellFormed()) throw new NotJson('not well-formed Unicode');
  return JSON.stringify(value);
}

function composite(value: object): string {
  if (Array.isArray(value)) return list(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotJson('not a plain object');
  }
  let members = '';
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${text(key)}:${below(key, member)}`;
  }
  return `{${members}}`;
}

/** A ledger is a long list: added up in place, for a list of its texts takes three times as long. */
function list(value: readonly unknown[]): string {
  let items = '';
  for (let index = 0; index < value.length; index += 1) {
    items += `${index === 0 ? '' : ','}${below(index, value[index])}`;
  }
  return `[${items}]`;
}

/** @param step index or name of the member */
function below(step: number | string, value: unknown): string {
  try {
    return write(value);
  } catch (error) {
    if (error instanceof NotJson) {
      error.path = (typeof step === 'number' ? `[${step}]` : `.${step}`) + error.path;
    }
    throw error;
  }
}
