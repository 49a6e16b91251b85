import type { Queryable } from '../database';

/** A decision as it was kept, with its place in the ledger. */
export interface ChainedDecisionRow {
  readonly id: string;
  readonly at: Date;
  readonly stage: string;
  readonly verdict: string;
  readonly deniedBy: string | null;
  readonly attemptId: string | null;
  readonly record: string;
  readonly facts: string;
  readonly signature: Buffer | null;
  readonly keyId: string | null;
  readonly publicKey: Buffer | null;
  /** Null: it is not chained yet. */
  readonly place: LedgerPlace | null;
}

export interface LedgerPlace {
  readonly chain: string;
  readonly seq: number;
  /** `yyyy-mm-dd`, UTC. */
  readonly day: string;
  readonly hash: Buffer;
  /** Of its neighbours; null: it is the first, or the last. */
  readonly previousHash: Buffer | null;
  readonly nextHash: Buffer | null;
}

type Row = Omit<ChainedDecisionRow, 'place'> & {
  readonly [P in keyof LedgerPlace]: LedgerPlace[P] | null;
};

/** Every decision of an attempt, oldest first, or one by its id. */
export async function readChainedDecisions(
  db: Queryable,
  of: { readonly attemptId: string } | { readonly id: string },
): Promise<ChainedDecisionRow[]> {
  const [column, value] = 'id' in of ? ['id', of.id] : ['attempt_id', of.attemptId];
  const { rows } = await db.query<Row>(
    `select d.id, d.at, d.stage, d.verdict, d.denied_by as "deniedBy", d.attempt_id as "attemptId",
       d.record, d.facts, d.signature, d.key_id as "keyId", k.public_key as "publicKey",
       e.chain, e.seq::float8 as seq, e.day, e.hash,
       coalesce(p.hash, (select head_hash from ledger_root
         where chain = e.chain and last_seq = e.seq - 1)) as "previousHash", n.hash as "nextHash"
     from decision d left join signing_key k on k.id = d.key_id
     left join ledger_entry e on e.subject_id = d.id
     left join ledger_entry p on p.chain = e.chain and p.seq = e.seq - 1
     left join ledger_entry n on n.chain = e.chain and n.seq = e.seq + 1
     where d.${column} = $1 order by d.at, d.id`,
    [value],
  );
  return rows.map(({ chain, seq, day, hash, previousHash, nextHash, ...decision }) => {
    const chained = chain !== null && seq !== null && day !== null && hash !== null;
    const place = chained ? { chain, seq, day, hash, previousHash, nextHash } : null;
    return { ...decision, place };
  });
}
