import type { Database } from '../../src/db/database';
import { publicKeyOf, verifySignature } from '../../src/proof/sign';
import { TEST_SIGNER } from './gate';

/** Attempts a local day that the rules allow. */
interface Caps {
  readonly person: number;
  readonly number: number;
}

/** In the ledger: an INVITE left, may have left, or still may. */
const LEFT_OR_OPEN = `(t.counted or t.state <> 'ended')`;

/** What the rows must never show, each counted anew from the rows alone. */
const checks = (caps: Caps): Readonly<Record<string, string>> => ({
  'a person over the cap of a local day': `
    select t.debtor_id from attempt t where ${LEFT_OR_OPEN}
    group by t.debtor_id, (coalesce(t.dialed_at, t.created_at) at time zone 'Asia/Jakarta')::date
    having count(*) > ${caps.person}`,
  'a number over the cap of a local day': `
    select p.e164 from attempt t join phone p on p.id = t.phone_id where ${LEFT_OR_OPEN}
    group by p.e164, (coalesce(t.dialed_at, t.created_at) at time zone 'Asia/Jakarta')::date
    having count(*) > ${caps.number}`,
  'a person in two attempts at one time': `
    select a.id from attempt a join decision d on d.id = a.decision_id
    join attempt b on b.debtor_id = a.debtor_id and b.id <> a.id
    join decision e on e.id = b.decision_id
    where e.at >= d.at and e.at < coalesce(a.ended_at, 'infinity')`,
  'an attempt that is neither open nor ended': `
    select t.id from attempt t left join open_attempt o on o.attempt_id = t.id
    where (t.state = 'ended') = (o.attempt_id is not null)`,
  'an attempt without its history': `
    select t.id from attempt t where (
      (select count(*) from attempt_event e where e.attempt_id = t.id and e.to_state = 'reserved') <> 1
      or (select count(*) from attempt_event e where e.attempt_id = t.id and e.to_state = 'ended')
        <> (t.state = 'ended')::int)`,
  'an attempt without its permit, or a permit without its attempt': `
    select coalesce(t.id, d.attempt_id) from attempt t
    full join (select * from decision where stage = 'reserve' and verdict <> 'deny') d
      on d.id = t.decision_id and d.attempt_id = t.id
    where (t.id is null or d.id is null)`,
  'an INVITE that may have left without a permit of its own': `
    select t.id from attempt t where t.counted and (
      select count(*) from decision d where d.attempt_id = t.id and d.stage = 'invite'
        and d.verdict <> 'deny' and d.id = t.invite_decision_id) <> 1`,
  'an agent who holds an attempt that is over': `
    select s.id from agent_session s join attempt t on t.id = s.attempt_id
    where t.state = 'ended' and s.state in ('reserved', 'ringing', 'in_call')`,
});

/** Everything that is wrong, in words; the caps are those of the rules that bound. */
export async function auditGate(db: Database, caps: Caps): Promise<string[]> {
  const wrong: string[] = [];
  for (const [what, sql] of Object.entries(checks(caps))) {
    const { rowCount } = await db.query(sql);
    if (rowCount !== 0) wrong.push(`${what}: ${rowCount}`);
  }
  const { rows } = await db.query<{ id: string; record: string; signature: Buffer }>(
    'select id, record, signature from decision',
  );
  const key = publicKeyOf(TEST_SIGNER.publicKey);
  const forged = rows.filter(({ record, signature }) => !verifySignature(key, record, signature));
  if (forged.length > 0) wrong.push(`a decision whose signature is not its own: ${forged.length}`);
  return wrong;
}
