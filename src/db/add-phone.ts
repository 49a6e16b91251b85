import type { PhoneOwner } from '../domain/phone-owner';
import type { PhoneNumber } from '../domain/phone-number';
import { settleDialable } from './accounts';
import type { Transaction } from './database';
import { insertPhones } from './phones';
import { listPhones, type PhoneRow } from './read/debtors';

/**
 * Adds one number behind those that a person has. A first number of the debtor's own makes
 * accounts that had none worth calling again.
 * @returns null when there is no such person; `known` when the person has the number already.
 */
export async function addPhone(
  tx: Transaction,
  input: { readonly debtorId: string; readonly owner: PhoneOwner; readonly number: PhoneNumber },
): Promise<PhoneRow | 'known' | null> {
  const { debtorId, owner } = input;
  const { e164, line } = input.number;
  const locked = await tx.query('select 1 from debtor where id = $1 for no key update', [debtorId]);
  if (locked.rowCount === 0) return null;
  const isSame = (phone: PhoneRow): boolean => phone.e164 === e164;
  if ((await listPhones(tx, debtorId)).some(isSame)) return 'known';
  await insertPhones(tx, [{ debtorId, e164, owner, line }]);
  await settleDialable(tx, [debtorId]);
  const added = (await listPhones(tx, debtorId)).filter(isSame);
  const phone = added[0];
  if (phone === undefined) throw new Error('the new phone is gone');
  return phone;
}
