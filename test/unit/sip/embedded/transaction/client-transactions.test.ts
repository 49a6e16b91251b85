import { formatSipMessage } from '../../../../../sip/embedded/message/sip-message';
import {
  InviteClientTransaction,
  cancelFor,
} from '../../../../../sip/embedded/transaction/invite-client-transaction';
import { NonInviteClientTransaction } from '../../../../../sip/embedded/transaction/non-invite-client-transaction';
import type { Transport } from '../../../../../sip/embedded/transport/flow';
import { ManualScheduler } from '../support/manual-scheduler';
import { MemoryFlow } from '../support/memory-flow';
import { receivedRequest, receivedResponse, responseTo } from '../support/messages';

const TIMERS = { T1: 500, T2: 4_000, T4: 5_000 };

function setUp(method: 'INVITE' | 'OPTIONS', transport: Transport = 'udp') {
  const scheduler = new ManualScheduler();
  const flow = new MemoryFlow(scheduler, transport);
  const request = receivedRequest({ method });
  const events: string[] = [];
  let terminations = 0;
  const kind = method === 'INVITE' ? InviteClientTransaction : NonInviteClientTransaction;
  const transaction = new kind(
    'key',
    request,
    flow,
    { scheduler, timers: TIMERS },
    {
      response: (response) => events.push(String(response.status)),
      failed: (status) => events.push(`failed ${status}`),
      overdue: () => events.push('overdue'),
    },
    () => (terminations += 1),
  );
  transaction.start();
  const respond = (status: number, toTag?: string): void => {
    const sent = formatSipMessage(request);
    transaction.receive(
      receivedResponse(responseTo(sent, status, toTag === undefined ? {} : { toTag })),
    );
  };
  return {
    scheduler,
    flow,
    transaction,
    events,
    respond,
    request,
    terminations: () => terminations,
  };
}

describe('INVITE client transaction (RFC 3261 section 17.1.1)', () => {
  test('timer A doubles without ceiling, timer B ends it after 64*T1 with 408', () => {
    const { scheduler, flow, events, terminations } = setUp('INVITE');
    scheduler.advance(40_000);
    expect(flow.sent.map(({ atMs }) => atMs)).toEqual([
      0, 500, 1_500, 3_500, 7_500, 15_500, 31_500,
    ]);
    expect(events).toEqual(['failed 408']);
    expect(terminations()).toBe(1);
    expect(scheduler.pendingTimers).toBe(0);
  });

  test('is not retransmitted on a reliable transport', () => {
    const { scheduler, flow, events } = setUp('INVITE', 'tcp');
    scheduler.advance(32_000);
    expect(flow.sent).toHaveLength(1);
    expect(events).toEqual(['failed 408']);
  });

  test('a provisional response stops timers A and B', () => {
    const { scheduler, flow, events, respond } = setUp('INVITE');
    scheduler.advance(600);
    respond(180);
    scheduler.advance(60_000);
    expect(flow.sent).toHaveLength(2);
    expect(events).toEqual(['180']);
  });

  test('ringing without end becomes overdue', () => {
    const { scheduler, events, respond } = setUp('INVITE');
    respond(180);
    scheduler.advance(300_000);
    expect(events).toEqual(['180', 'overdue']);
  });

  test('a 3xx-6xx is acknowledged on the same branch, again for each retransmission, told once', () => {
    const { scheduler, flow, events, respond, terminations } = setUp('INVITE');
    respond(486);
    respond(486);
    expect(flow.startLines().slice(1)).toEqual([
      'ACK sip:+6281200001234@192.0.2.1 SIP/2.0',
      'ACK sip:+6281200001234@192.0.2.1 SIP/2.0',
    ]);
    expect(flow.last()).toContain('branch=z9hG4bKone');
    expect(flow.last()).toContain('To: <sip:+6281200001234@192.0.2.1>;tag=callee');
    expect(flow.last()).toContain('CSeq: 1 ACK');
    expect(events).toEqual(['486']);
    scheduler.advance(31_999);
    expect(terminations()).toBe(0);
    scheduler.advance(1); // timer D
    expect(terminations()).toBe(1);
  });

  test('a 2xx goes to the user each time it comes, for 64*T1 (RFC 6026)', () => {
    const { scheduler, flow, events, respond, terminations } = setUp('INVITE');
    respond(200);
    respond(200);
    respond(200, 'other-fork');
    expect(events).toEqual(['200', '200', '200']);
    expect(flow.sent).toHaveLength(1); // the ACK is the user's
    scheduler.advance(32_000);
    expect(terminations()).toBe(1);
  });

  test('a late provisional response after the final one is ignored', () => {
    const { events, respond } = setUp('INVITE');
    respond(486);
    respond(180);
    expect(events).toEqual(['486']);
  });

  test('a closed connection fails it at once with 503', () => {
    const { flow, events } = setUp('INVITE', 'ws');
    flow.close();
    expect(events).toEqual(['failed 503']);
  });

  describe('CANCEL (section 9.1)', () => {
    test('is held until a provisional response arrives', () => {
      const { transaction, respond, events } = setUp('INVITE');
      const sent: string[] = [];
      const invite = transaction as InviteClientTransaction;
      expect(invite.cancel(() => sent.push('CANCEL'))).toBe(true);
      expect(sent).toEqual([]);
      respond(100);
      expect(sent).toEqual(['CANCEL']);
      respond(180);
      expect(sent).toEqual(['CANCEL']);
      respond(487);
      expect(events).toEqual(['100', '180', '487']);
    });

    test('is refused once there is a final response', () => {
      const { transaction, respond } = setUp('INVITE');
      respond(200);
      expect((transaction as InviteClientTransaction).cancel(() => undefined)).toBe(false);
    });

    test('that is never followed by a final response ends the INVITE after 64*T1', () => {
      const { scheduler, transaction, respond, events } = setUp('INVITE');
      respond(180);
      (transaction as InviteClientTransaction).cancel(() => undefined);
      scheduler.advance(31_999);
      expect(events).toEqual(['180']);
      scheduler.advance(1);
      expect(events).toEqual(['180', 'failed 408']);
    });

    test('carries branch, Request-URI, To without tag, CSeq number and Route of its INVITE', () => {
      const invite = receivedRequest({ cseq: 7, headers: ['Route: <sip:192.0.2.9;lr>'] });
      const cancel = formatSipMessage(cancelFor(invite, [['Reason', 'SIP;cause=200']]));
      expect(cancel.split('\r\n')).toEqual([
        'CANCEL sip:+6281200001234@192.0.2.1 SIP/2.0',
        'Via: SIP/2.0/UDP 192.0.2.7:5090;branch=z9hG4bKone;rport',
        'Route: <sip:192.0.2.9;lr>',
        'Max-Forwards: 70',
        'From: "Ani" <sip:ani@192.0.2.7>;tag=caller',
        'To: <sip:+6281200001234@192.0.2.1>',
        'Call-ID: call-1@192.0.2.7',
        'CSeq: 7 CANCEL',
        'Reason: SIP;cause=200',
        'Content-Length: 0',
        '',
        '',
      ]);
    });
  });
});

describe('non-INVITE client transaction (RFC 3261 section 17.1.2)', () => {
  test('timer E doubles up to T2, timer F ends it after 64*T1 with 408', () => {
    const { scheduler, flow, events } = setUp('OPTIONS');
    scheduler.advance(40_000);
    expect(flow.sent.map(({ atMs }) => atMs)).toEqual([
      0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ]);
    expect(events).toEqual(['failed 408']);
  });

  test('after a provisional response it is retransmitted every T2, and timer F still runs', () => {
    const { scheduler, flow, events, respond } = setUp('OPTIONS');
    respond(100);
    scheduler.advance(9_000);
    expect(flow.sent.map(({ atMs }) => atMs)).toEqual([0, 500, 4_500, 8_500]);
    scheduler.advance(30_000);
    expect(events).toEqual(['100', 'failed 408']);
  });

  test('a final response is told once; timer K absorbs its retransmissions', () => {
    const { scheduler, events, respond, terminations } = setUp('OPTIONS');
    respond(200);
    respond(200);
    expect(events).toEqual(['200']);
    scheduler.advance(4_999);
    expect(terminations()).toBe(0);
    scheduler.advance(1);
    expect(terminations()).toBe(1);
  });

  test('on a reliable transport it ends with the final response', () => {
    const { respond, terminations } = setUp('OPTIONS', 'tcp');
    respond(200);
    expect(terminations()).toBe(1);
  });
});
