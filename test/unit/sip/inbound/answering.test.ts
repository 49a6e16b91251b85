import type { IncomingCall } from '../../../../sip/gateway/incoming-call';
import type { SipDialog } from '../../../../sip/gateway/sip-dialog';
import { Answering } from '../../../../sip/inbound/answering';
import type { TalkMedia } from '../../../../sip/media/media';

const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n';

/** A caller whose signalling takes its time over our 200, as the network does. */
class Caller {
  readonly hungUp: string[] = [];
  private accept: (dialog: SipDialog | null) => void = () => undefined;
  private cancelled: () => void = () => undefined;
  readonly asked: Promise<void>;
  private ask: () => void = () => undefined;

  constructor() {
    this.asked = new Promise((resolve) => {
      this.ask = resolve;
    });
  }

  get call(): IncomingCall {
    return {
      sdp: SDP,
      onCancelled: (listener: () => void) => {
        this.cancelled = listener;
      },
      answer: () => {
        this.ask();
        return new Promise<SipDialog | null>((resolve) => {
          this.accept = resolve;
        });
      },
    } as unknown as IncomingCall;
  }

  cancel(): void {
    this.cancelled();
  }

  acknowledge(): void {
    const hangUp = () => Promise.resolve(void this.hungUp.push('BYE'));
    this.accept({ hangUp } as unknown as SipDialog);
  }
}

const described = { kind: 'described', sdp: SDP };
const talk = { answer: () => Promise.resolve(described) } as unknown as TalkMedia;
const answer = (caller: Caller): Answering =>
  new Answering(caller.call, talk, 'leg', () => Promise.resolve(true));

test('answered: the caller is there to talk to', async () => {
  const caller = new Caller();
  const answering = answer(caller);
  await caller.asked;
  caller.acknowledge();
  expect(await answering.result).toMatchObject({ kind: 'answered', legId: 'leg' });
  expect([answering.isAnswered, caller.hungUp]).toEqual([true, []]);
});

test('the agent is gone between our 200 and its acknowledgement: the caller is there for the next one', async () => {
  const caller = new Caller();
  const answering = answer(caller);
  await caller.asked;
  expect(answering.withdraw('agent_lost')).toBe(true);
  caller.acknowledge();
  expect(await answering.result).toMatchObject({
    ...{ kind: 'answered', legId: 'leg', givenUp: { kind: 'withdrawn', reason: 'agent_lost' } },
  });
  expect([answering.isAnswered, caller.hungUp]).toEqual([true, []]);
});

test('the end of this process between the two: hung up, and nobody else is rung for it', async () => {
  const caller = new Caller();
  const answering = answer(caller);
  await caller.asked;
  expect(answering.withdraw('shutdown')).toBe(true);
  caller.acknowledge();
  expect(await answering.result).toEqual({
    ...{ kind: 'ended', end: { kind: 'withdrawn', reason: 'shutdown' }, status: 200 },
  });
  expect([answering.isAnswered, caller.hungUp]).toEqual([true, ['BYE']]);
});

test('withdrawn before it: the caller has not been answered and may be offered to somebody else', async () => {
  const caller = new Caller();
  const answering = answer(caller);
  answering.withdraw('agent_lost');
  expect(await answering.result).toMatchObject({ kind: 'ended', status: null });
  expect([answering.isAnswered, caller.hungUp]).toEqual([false, []]);
});
