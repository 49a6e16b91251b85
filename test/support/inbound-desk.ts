import { recordAnswered, recordConnected } from '../../src/db/calls';
import { one, type Database } from '../../src/db/database';
import {
  answerInboundCall,
  offerToAgent,
  openInboundCall,
  openInboundTalk,
  type KnownCaller,
} from '../../src/db/inbound-calls';
import { listReadyAgents } from '../../src/db/inbound-lookup';
import type { Floor } from './floor';

const CALLED = '+622100001';
const LIMIT_MS = 60_000;

export interface CallingPerson extends KnownCaller {
  readonly e164: string;
  readonly externalId: string;
}

/** Calls that come in to a floor, as the sip role writes them down. */
export class InboundDesk {
  private constructor(
    private readonly db: Database,
    private readonly floor: Floor,
    readonly trunkId: string,
  ) {}

  static async open(db: Database, floor: Floor): Promise<InboundDesk> {
    const { id } = one(await db.query<{ id: string }>('select id from trunk limit 1'), 'trunk');
    return new InboundDesk(db, floor, id);
  }

  async person(): Promise<CallingPerson> {
    const { accountIds } = await this.floor.addDebtor();
    const found = await this.db.query<CallingPerson>(
      `select p.e164, p.id as "phoneId", a.external_id as "externalId", a.id as "accountId",
         a.creditor_id as "creditorId", p.debtor_id as "debtorId"
       from phone p join account a on a.debtor_id = p.debtor_id where a.id = $1`,
      [accountIds[0]],
    );
    return one(found, 'person');
  }

  /** @returns the call, which rings */
  async arrive(caller: string | null, known: KnownCaller | null, matches = 0): Promise<string> {
    const { db, floor, trunkId } = this;
    const { sipInstanceId } = floor;
    const opened = await openInboundCall(db, {
      ...{ trunkId, sipInstanceId, sipCallId: 'x', called: CALLED, caller, matches, person: known },
    });
    if (opened === null) throw new Error('no channel');
    return opened.callId;
  }

  /** To the talk. @returns the attempt */
  async talk(callId: string, known: KnownCaller | null): Promise<string> {
    const { db, floor, trunkId } = this;
    const { sipInstanceId, creditorId } = floor;
    const [ready] = await listReadyAgents(db, sipInstanceId, [creditorId]);
    if (ready === undefined) throw new Error('nobody is ready');
    const offer = { callId, trunkId, sipInstanceId, agent: ready, person: known };
    const offered = await offerToAgent(db, { ...offer, limitMs: LIMIT_MS });
    if (offered.kind !== 'offered') throw new Error(offered.kind);
    const { attemptId } = offered;
    const written = { attemptId, callId, actor: 'test', limitMs: LIMIT_MS };
    if (!(await openInboundTalk(db, written))) throw new Error('no talk');
    await recordAnswered(db, written);
    await answerInboundCall(db, { callId, attemptId });
    const connected = await recordConnected(db, written);
    if (connected !== 'written') throw new Error(connected);
    return attemptId;
  }
}
