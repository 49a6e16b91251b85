import { FACTOR_BIN_COUNT } from './factors';
import { CELLS, type GroupModel } from './group-model';

const NUMBERS = 4 + 2 * CELLS + 2 * FACTOR_BIN_COUNT;
/** Size of a packed group: doubles, so that a model built again is the same to the last bit. */
export const GROUP_BYTES = NUMBERS * 8;

export function packGroup(group: GroupModel): Uint8Array {
  const bytes = new Uint8Array(GROUP_BYTES);
  const view = new DataView(bytes.buffer);
  const { asOf, dials, contacts, expected } = group;
  const numbers = [
    ...[asOf, dials, contacts, expected],
    ...group.cellContacts,
    ...group.cellExpected,
    ...group.binContacts,
    ...group.binExpected,
  ];
  for (const [index, number] of numbers.entries()) view.setFloat64(index * 8, number);
  return bytes;
}

/** @throws RangeError when the bytes are no packed group */
export function unpackGroup(bytes: Uint8Array): GroupModel {
  if (bytes.length !== GROUP_BYTES) throw new RangeError('not a packed group model');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let place = 0;
  const next = (): number => view.getFloat64(8 * place++);
  const list = (length: number): number[] => Array.from({ length }, next);
  return {
    asOf: next(),
    dials: next(),
    contacts: next(),
    expected: next(),
    cellContacts: list(CELLS),
    cellExpected: list(CELLS),
    binContacts: list(FACTOR_BIN_COUNT),
    binExpected: list(FACTOR_BIN_COUNT),
  };
}
