import type { Queryable, Transaction } from './database';

export const INSTRUCTION_KINDS = ['virtual_account', 'qris', 'link'] as const;
export type InstructionKind = (typeof INSTRUCTION_KINDS)[number];

/** How an account can be paid. */
export interface PaymentInstruction {
  readonly kind: InstructionKind;
  /** The bank of a virtual account; null: none is named. */
  readonly label: string | null;
  /** The number, the QRIS payload, or the address of the link. */
  readonly value: string;
}

/** Virtual accounts first, then QRIS, then links. */
export async function listInstructions(
  db: Queryable,
  accountId: string,
): Promise<PaymentInstruction[]> {
  const { rows } = await db.query<PaymentInstruction>(
    `select kind, label, value from payment_instruction
     where account_id = $1 and retired_at is null
     order by array_position(array['virtual_account', 'qris', 'link'], kind), id`,
    [accountId],
  );
  return rows;
}

/**
 * Says anew how an account can be paid. What is not named is not shown any more, and a payment to it is
 * matched all the same. @returns whether anything changed
 */
export async function replaceInstructions(
  tx: Transaction,
  account: { readonly id: string; readonly creditorId: string },
  instructions: readonly PaymentInstruction[],
): Promise<boolean> {
  const said = (each: PaymentInstruction): string =>
    JSON.stringify([each.kind, each.label, each.value]);
  const before = await listInstructions(tx, account.id);
  const wanted = new Set(instructions.map(said));
  const kept = new Set(before.map(said));
  const gone = before.filter((each) => !wanted.has(said(each)));
  const added = instructions.filter((each) => !kept.has(said(each)));
  if (gone.length > 0) {
    await tx.query(
      `update payment_instruction set retired_at = now() where account_id = $1
         and retired_at is null and (kind, coalesce(label, ''), value)
           in (select * from unnest($2::text[], $3::text[], $4::text[]))`,
      [
        account.id,
        gone.map(({ kind }) => kind),
        gone.map(({ label }) => label ?? ''),
        gone.map(({ value }) => value),
      ],
    );
  }
  if (added.length > 0) {
    await tx.query(
      `insert into payment_instruction (creditor_id, account_id, kind, label, value)
       select $1, $2, * from unnest($3::text[], $4::text[], $5::text[])`,
      [
        account.creditorId,
        account.id,
        added.map(({ kind }) => kind),
        added.map(({ label }) => label),
        added.map(({ value }) => value),
      ],
    );
  }
  return gone.length + added.length > 0;
}
