import { findCreditorByCode, type Creditor } from '../../db/creditors';
import type { Queryable } from '../../db/database';
import { listCreditorCodes } from '../../db/document-names';
import { InputError } from './input-error';

/** The creditor that the person named by its code. @throws InputError with the codes that there are */
export async function namedCreditor(db: Queryable, code: string): Promise<Creditor> {
  const found = await findCreditorByCode(db, code);
  if (found !== null) return found;
  const codes = await listCreditorCodes(db);
  throw new InputError(
    `there is no creditor ${code}; accepted: ${codes.length === 0 ? 'none is there yet' : codes.join(', ')}`,
  );
}

/** The same of an option that may be left out: null then. */
export async function optionalCreditor(
  db: Queryable,
  code: string | undefined,
): Promise<Creditor | null> {
  return code === undefined ? null : namedCreditor(db, code);
}
