import { randomUUID } from 'node:crypto';
import { reserveNext } from '../../../../dialer/reserve';
import { findAgentSession } from '../../../../src/db/agent-sessions';
import { findAttempt } from '../../../../src/db/attempts';
import {
  adoptRegistrations,
  findRegistration,
  saveRegistration,
} from '../../../../src/db/registrations';
import { reapDeadInstances, registerSipInstance } from '../../../../src/db/sip-instances';
import { makeFloor, type Floor } from '../../../support/floor';
import { makeGate } from '../../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

const HEALTHY = { healthyForMs: 20_000, actor: 'test' };

describe('burying a sip instance', () => {
  let database: TestDatabase;
  let floor: Floor;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    floor = await makeFloor(database.db);
  });

  async function silence(): Promise<void> {
    await database.db.query(
      `update sip_instance set heartbeat_at = now() - interval '1 minute' where id = $1`,
      [floor.sipInstanceId],
    );
  }

  async function reserve(): Promise<{ sessionId: string; agentId: string; attemptId: string }> {
    const agent = await floor.addReadyAgent();
    await floor.addDebtor();
    const reserved = await reserveNext(makeGate(database.db), floor.campaignId);
    if (reserved.kind !== 'reserved') throw new Error(reserved.kind);
    return { ...agent, attemptId: reserved.attemptId };
  }

  async function registerAt(agentId: string, sipInstanceId: string): Promise<void> {
    await saveRegistration(database.db, {
      agentId,
      sipInstanceId,
      contactUri: 'sip:agen@127.0.0.1:5070',
      transport: 'ws',
      sourceAddress: '127.0.0.1',
      sourcePort: 5070,
      callId: randomUUID(),
      cseq: 1,
      expiresInSeconds: 120,
      sipCredentialId: null,
    });
  }

  it('ends its attempts and leaves the agent lost when no softphone is registered', async () => {
    const { sessionId, attemptId } = await reserve();
    await silence();
    const report = await reapDeadInstances(database.db, HEALTHY);
    expect(report.instances).toEqual([floor.sipInstanceId]);
    expect(await findAttempt(database.db, attemptId)).toMatchObject({ result: 'expired' });
    expect(await findAgentSession(database.db, sessionId)).toMatchObject({ state: 'lost' });
  });

  it('has the agent wait for the softphone that it took along', async () => {
    const { sessionId, agentId } = await reserve();
    await registerAt(agentId, floor.sipInstanceId);
    await silence();
    await reapDeadInstances(database.db, HEALTHY);
    expect(await findAgentSession(database.db, sessionId)).toMatchObject({
      state: 'connecting',
      sipInstanceId: null,
    });
  });

  it('has the agent wait when the softphone is back at another instance already', async () => {
    const { sessionId, agentId } = await reserve();
    const successor = randomUUID();
    await registerSipInstance(database.db, successor, 'test');
    await registerAt(agentId, successor);
    await silence();
    await reapDeadInstances(database.db, HEALTHY);
    expect(await findAgentSession(database.db, sessionId)).toMatchObject({
      state: 'connecting',
      sipInstanceId: null,
    });
  });

  it('leaves the softphones to the next process at a signalling server that lives on', async () => {
    const { sessionId, agentId } = await reserve();
    const { db } = database;
    await db.query('update sip_instance set signalling = $2 where id = $1', [
      floor.sipInstanceId,
      'signalling:9022',
    ]);
    await registerAt(agentId, floor.sipInstanceId);
    const [successor, elsewhere] = [randomUUID(), randomUUID()];
    await registerSipInstance(db, successor, 'test', [], 'signalling:9022');
    await registerSipInstance(db, elsewhere, 'test', [], 'another:9022');
    expect(await adoptRegistrations(db, successor)).toBe(0);
    await silence();
    await reapDeadInstances(db, HEALTHY);
    expect(await findAgentSession(db, sessionId)).toMatchObject({ state: 'connecting' });
    expect(await adoptRegistrations(db, elsewhere)).toBe(0);
    expect(await adoptRegistrations(db, successor)).toBe(1);
    expect(await findRegistration(db, agentId)).toMatchObject({ sipInstanceId: successor });
    // nothing is left to be buried
    const again = await reapDeadInstances(db, HEALTHY);
    expect(again).toEqual({ instances: [], attemptsEnded: 0, sessionsMoved: 0 });
  });

  it('buries nobody while the database has only just come back', async () => {
    const { attemptId } = await reserve();
    await silence();
    const report = await reapDeadInstances(database.db, { healthyForMs: 1_000, actor: 'test' });
    expect(report.instances).toEqual([]);
    expect(await findAttempt(database.db, attemptId)).toMatchObject({ state: 'reserved' });
  });
});
