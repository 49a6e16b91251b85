import { recordAudit } from '../../src/db/audit';
import type { Database } from '../../src/db/database';
import { exportLedger, type ExportOptions } from '../../src/proof/export-ledger';
import type { Signer } from '../../src/proof/sign';
import type { VerifyOptions, VerifyReport } from '../../src/proof/verify-export';
import { verifyStream } from '../../src/proof/verify-stream';
import { ledgerTurn } from '../../workers/ledger-turn';
import { createTestDatabase } from './postgres';
import { insertSignedDecision, makeSigner, makeSubject, settle } from './signed-decisions';

const NOW = new Date('2026-11-22T09:00:00Z');

export interface SmallLedger {
  readonly db: Database;
  readonly url: string;
  readonly signer: Signer;
  /** The first of two creditors, and its chain of 8: 3 decisions, 2, 2 and an audit entry. */
  readonly creditorId: string;
  readonly chain: string;
  /** Ids of the decisions in that chain, by their places, from 1. */
  readonly ids: readonly string[];
  /** All of it: two days are closed, the third is open. */
  readonly days: { readonly from: string; readonly to: string };
  exported(changed?: Partial<ExportOptions>): Promise<string>;
  drop(): Promise<void>;
}

/** 14 entries in the chains of two creditors and of the installation. */
export async function makeSmallLedger(): Promise<SmallLedger> {
  const database = await createTestDatabase();
  const { db, url } = database;
  const signer = await makeSigner(db);
  const subject = await makeSubject(db);
  const other = await makeSubject(db);
  const { creditorId } = subject;
  const ids = [''];
  for (const day of ['20', '20', '20', '21', '21', '22', '22']) {
    const at = new Date(`2026-11-${day}T03:00:00Z`);
    ids.push(await insertSignedDecision(db, signer, subject, at));
    if (day !== '22') await insertSignedDecision(db, signer, other, at);
  }
  for (const owner of [creditorId, null]) {
    await db.transaction((tx) =>
      recordAudit(tx, {
        ...{ creditorId: owner, actor: 'key:1', action: 'campaign.paused', subject: 'campaign' },
        ...{ subjectId: 'k', before: { state: 'running' }, after: { state: 'pausing' } },
        reason: null,
      }),
    );
  }
  await settle(db);
  await ledgerTurn({ db, signer, now: () => NOW })();
  const days = { from: '2026-11-19', to: '2026-11-22' };
  const all = { ...days, creditorId: null, facts: false, signer, now: NOW };
  const exported: SmallLedger['exported'] = async (changed = {}) => {
    let text = '';
    for await (const line of exportLedger(db, { ...all, ...changed })) text += line;
    return text;
  };
  const chain = `creditor:${creditorId}`;
  const drop = (): Promise<void> => database.drop();
  return { db, url, signer, creditorId, chain, ids, days, exported, drop };
}

/** Verifies a file, cut into chunks as a stream cuts it: anywhere. */
export function verifyText(
  bytes: string | Buffer,
  changed: Partial<VerifyOptions> = {},
): Promise<VerifyReport> {
  const options = {
    pinned: null,
    mode: 'full' as const,
    days: null,
    problemLimit: 100,
    ...changed,
  };
  async function* chunks(): AsyncGenerator<Buffer> {
    const whole = Buffer.from(bytes as string);
    for (let at = 0; at < whole.length; at += 997) {
      yield await Promise.resolve(whole.subarray(at, at + 997));
    }
  }
  return verifyStream(chunks(), options);
}
