import { buildResponse } from '../../../../../sip/embedded/message/build-response';
import { InviteServerTransaction } from '../../../../../sip/embedded/transaction/invite-server-transaction';
import { NonInviteServerTransaction } from '../../../../../sip/embedded/transaction/non-invite-server-transaction';
import type { Transport } from '../../../../../sip/embedded/transport/flow';
import { ManualScheduler } from '../support/manual-scheduler';
import { MemoryFlow } from '../support/memory-flow';
import { receivedRequest } from '../support/messages';

const TIMERS = { T1: 500, T2: 4_000, T4: 5_000 };

function setUp<Kind extends typeof InviteServerTransaction | typeof NonInviteServerTransaction>(
  kind: Kind,
  transport: Transport = 'udp',
) {
  const scheduler = new ManualScheduler();
  const flow = new MemoryFlow(scheduler, transport);
  const events: string[] = [];
  const request = receivedRequest({
    method: (kind as unknown) === InviteServerTransaction ? 'INVITE' : 'OPTIONS',
  });
  const transaction = new kind(
    'key',
    request,
    flow,
    () => flow,
    'local',
    { scheduler, timers: TIMERS },
    () => events.push('ended'),
  ) as InstanceType<Kind>;
  transaction.user = {
    silent: () => events.push('silent'),
    terminated: () => undefined,
  };
  transaction.start();
  const respond = (status: number): boolean => transaction.respond(buildResponse(request, status));
  return { scheduler, flow, transaction, events, respond };
}

describe('INVITE server transaction (RFC 3261 section 17.2.1)', () => {
  test('sends 100 at once and repeats the last provisional response for a retransmission', () => {
    const { flow, transaction, respond } = setUp(InviteServerTransaction);
    transaction.receiveRetransmission();
    respond(180);
    transaction.receiveRetransmission();
    expect(flow.timeline).toEqual([
      '0 SIP/2.0 100',
      '0 SIP/2.0 100',
      '0 SIP/2.0 180',
      '0 SIP/2.0 180',
    ]);
  });

  test('timer G repeats a 3xx-6xx, doubling up to T2; timer H ends it after 64*T1', () => {
    const { scheduler, flow, events, respond } = setUp(InviteServerTransaction);
    respond(486);
    scheduler.advance(40_000);
    const times = flow.sent.filter(({ text }) => text.includes(' 486 ')).map(({ atMs }) => atMs);
    expect(times).toEqual([
      0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ]);
    expect(events).toEqual(['ended']);
    expect(scheduler.pendingTimers).toBe(0);
  });

  test('the ACK stops timer G; timer I absorbs further ACKs for T4', () => {
    const { scheduler, flow, transaction, events, respond } = setUp(InviteServerTransaction);
    respond(486);
    transaction.receiveAck();
    transaction.receiveAck();
    scheduler.advance(4_999);
    expect(flow.sent).toHaveLength(2);
    expect(events).toEqual([]);
    scheduler.advance(1);
    expect(events).toEqual(['ended']);
  });

  test('on a reliable transport a 3xx-6xx is sent once and ends with the ACK', () => {
    const { scheduler, flow, transaction, events, respond } = setUp(InviteServerTransaction, 'tcp');
    respond(486);
    scheduler.advance(10_000);
    expect(flow.sent).toHaveLength(2);
    transaction.receiveAck();
    expect(events).toEqual(['ended']);
  });

  test('after a 2xx retransmitted INVITEs are absorbed for 64*T1 (RFC 6026)', () => {
    const { scheduler, flow, transaction, events, respond } = setUp(InviteServerTransaction);
    respond(200);
    transaction.receiveRetransmission();
    expect(flow.sent).toHaveLength(2);
    scheduler.advance(32_000);
    expect(events).toEqual(['ended']);
  });

  test('takes no second final response', () => {
    const { flow, respond } = setUp(InviteServerTransaction);
    expect(respond(200)).toBe(true);
    expect(respond(486)).toBe(false);
    expect(flow.sent).toHaveLength(2);
  });

  test('an application that says nothing at all is reported after 128*T1', () => {
    const { scheduler, events } = setUp(InviteServerTransaction);
    scheduler.advance(63_999);
    expect(events).toEqual([]);
    scheduler.advance(1);
    expect(events).toEqual(['silent']);
  });

  test('each provisional response gives it five minutes more', () => {
    const { scheduler, events, respond } = setUp(InviteServerTransaction);
    respond(180);
    scheduler.advance(200_000);
    respond(180);
    scheduler.advance(299_999);
    expect(events).toEqual([]);
    scheduler.advance(1);
    expect(events).toEqual(['silent']);
  });
});

describe('non-INVITE server transaction (RFC 3261 section 17.2.2)', () => {
  test('says nothing of its own and repeats the last response for a retransmission', () => {
    const { flow, transaction, respond } = setUp(NonInviteServerTransaction);
    transaction.receiveRetransmission();
    expect(flow.sent).toEqual([]);
    respond(200);
    transaction.receiveRetransmission();
    expect(flow.timeline).toEqual(['0 SIP/2.0 200', '0 SIP/2.0 200']);
  });

  test('timer J keeps it for 64*T1 on UDP, not at all on TCP', () => {
    const udp = setUp(NonInviteServerTransaction);
    udp.respond(200);
    udp.scheduler.advance(31_999);
    expect(udp.events).toEqual([]);
    udp.scheduler.advance(1);
    expect(udp.events).toEqual(['ended']);

    const tcp = setUp(NonInviteServerTransaction, 'tcp');
    tcp.respond(200);
    expect(tcp.events).toEqual(['ended']);
  });

  test('left without an answer it ends silently after 64*T1', () => {
    const { scheduler, flow, events, respond } = setUp(NonInviteServerTransaction);
    scheduler.advance(32_000);
    expect(events).toEqual(['ended']);
    expect(flow.sent).toEqual([]);
    expect(respond(200)).toBe(false);
  });
});
