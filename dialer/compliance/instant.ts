/** As the database and this program write instants, on a day that every month has. */
const USUAL =
  /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/**
 * Milliseconds since the epoch. A ledger has hundreds of instants, and Date.parse takes twice as long
 * for those of the usual form.
 * @throws RangeError when it is not an instant, or names no offset: the server's zone decides nothing
 */
export function instantMs(instant: string): number {
  if (USUAL.test(instant)) return usualMs(instant);
  const named = instant.endsWith('Z') || /T.*[+-]\d\d:\d\d$/.test(instant);
  const ms = named ? Date.parse(instant) : NaN;
  if (Number.isNaN(ms)) throw new RangeError(`${instant} is not an instant`);
  return ms;
}

function usualMs(instant: string): number {
  const part = (from: number, to: number): number => {
    let number = 0;
    for (let index = from; index < to; index += 1) {
      number = number * 10 + instant.charCodeAt(index) - 48;
    }
    return number;
  };
  return Date.UTC(
    part(0, 4),
    part(5, 7) - 1,
    part(8, 10),
    part(11, 13),
    part(14, 16),
    part(17, 19),
    part(20, 23),
  );
}
