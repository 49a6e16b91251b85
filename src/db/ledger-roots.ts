import type { Queryable, Transaction } from './database';

/** The signed Merkle root over a chain's entries of one UTC day. */
export interface StoredRoot {
  readonly chain: string;
  /** `yyyy-mm-dd` */
  readonly day: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly root: Buffer;
  readonly headHash: Buffer;
  /** Entries whose own signature did not hold when they were chained. */
  readonly flawed: number;
  readonly signature: Buffer;
  readonly keyId: string;
  readonly madeAt: Date;
}

const COLUMNS = `chain, day, first_seq::float8 as "firstSeq", last_seq::float8 as "lastSeq", root,
  head_hash as "headHash", flawed::float8 as flawed, signature, key_id as "keyId", made_at as "madeAt"`;

/** A day that is over and has entries, and no root yet. */
export interface OpenDay {
  readonly chain: string;
  readonly day: string;
  readonly firstSeq: number;
}

/** The oldest open day of each chain that has one before `before` (`yyyy-mm-dd`, UTC). */
export async function readOpenDays(db: Queryable, before: string): Promise<OpenDay[]> {
  const { rows } = await db.query<OpenDay>(
    `select h.chain, e.day, e.seq::float8 as "firstSeq"
     from ledger_head h
     left join lateral (select day, last_seq from ledger_root
       where chain = h.chain order by day desc limit 1) r on true
     join lateral (select seq, day from ledger_entry
       where chain = h.chain and seq > coalesce(r.last_seq, 0)
         and day >= coalesce(r.day + 1, h.first_day) order by seq limit 1) e
       on h.seq > coalesce(r.last_seq, 0)
     where e.day < $1::date`,
    [before],
  );
  return rows;
}

export interface ChainedHash {
  readonly seq: number;
  readonly hash: Buffer;
  readonly day: string;
  readonly signatureValid: boolean | null;
}

/** Hashes from a place on, in their order; `day` (`yyyy-mm-dd`): of that place or before. */
export async function readHashes(
  db: Queryable,
  { chain, day }: { readonly chain: string; readonly day: string },
  fromSeq: number,
  limit: number,
): Promise<ChainedHash[]> {
  const { rows } = await db.query<ChainedHash>(
    `select seq::float8 as seq, hash, day, signature_valid as "signatureValid" from ledger_entry
     where chain = $1 and seq >= $2 and day >= $4 order by seq limit $3`,
    [chain, fromSeq, limit, day],
  );
  return rows;
}

export async function insertRoot(tx: Transaction, root: Omit<StoredRoot, 'madeAt'>): Promise<void> {
  await tx.query(
    `insert into ledger_root (chain, day, first_seq, last_seq, root, head_hash, flawed, signature, key_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      root.chain,
      root.day,
      root.firstSeq,
      root.lastSeq,
      root.root,
      root.headHash,
      root.flawed,
      root.signature,
      root.keyId,
    ],
  );
}

/** Roots of a chain, oldest first, from one day on up to another, both included. */
export async function readRoots(
  db: Queryable,
  chain: string,
  days: { readonly from: string; readonly to: string },
): Promise<StoredRoot[]> {
  const { rows } = await db.query<StoredRoot>(
    `select ${COLUMNS} from ledger_root
     where chain = $1 and day between $2::date and $3::date order by day`,
    [chain, days.from, days.to],
  );
  return rows;
}

/** Of one chain, or of all; newest first, then by chain. `after` is the last row of the page before. */
export async function listRoots(
  db: Queryable,
  filter: { readonly chain: string | null },
  page: { readonly limit: number; readonly after: { day: string; chain: string } | null },
): Promise<StoredRoot[]> {
  const { rows } = await db.query<StoredRoot>(
    `select ${COLUMNS} from ledger_root
     where ($1::text is null or chain = $1)
       and ($2::date is null or day < $2 or (day = $2 and chain > $3))
     order by day desc, chain limit $4`,
    [filter.chain, page.after?.day ?? null, page.after?.chain ?? null, page.limit],
  );
  return rows;
}
