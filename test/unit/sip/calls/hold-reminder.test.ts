import { Conversation } from '../../../../sip/calls/conversation';
import { HoldReminder } from '../../../../sip/calls/hold-reminder';
import type { TalkMedia } from '../../../../sip/media/media';
import type { MediaLeg } from '../../../../sip/media/media-leg';
import type { Mixer } from '../../../../sip/media/mixer/mixer';

/** Audio that flows directly, where all that is asked for is done. */
const agreeable = (): TalkMedia =>
  ({
    mixing: null,
    setHeld: () => Promise.resolve(true),
    setMuted: () => Promise.resolve(true),
    setWaiting: () => undefined,
    takeOver: () => Promise.resolve(true),
    onLoss: () => undefined,
    end: () => Promise.resolve(null),
  }) as unknown as TalkMedia;

const noMixer = {} as unknown as Mixer;
const debtor = {
  dialog: { onEnded: () => undefined, onModify: () => undefined, hangUp: () => Promise.resolve() },
} as unknown as MediaLeg;

beforeEach(() => jest.useFakeTimers({ now: new Date('2026-11-22T05:00:00Z') }));
afterEach(() => jest.useRealTimers());

function talk(): { readonly talk: Conversation; readonly reminded: number[] } {
  const reminded: number[] = [];
  const holdReminder = new HoldReminder(({ heldMs }) => reminded.push(heldMs));
  const events = {
    onCustomerEnded: () => undefined,
    onMediaLost: () => undefined,
    onHeld: () => undefined,
    onMediaMoved: () => undefined,
    onLeftAlone: () => Promise.resolve(),
  };
  const using = { holdReminder, mixer: noMixer, meanwhile: null };
  return { talk: new Conversation(agreeable(), debtor, events, using), reminded };
}

test('an agent is reminded each 45 s of a hold, until the talk goes on', async () => {
  const { talk: held, reminded } = talk();
  await held.control('hold');
  jest.advanceTimersByTime(44_999);
  // what is asked for again does not begin the hold anew, and the microphone is no matter
  await held.control('hold');
  await held.control('mute');
  expect(reminded).toEqual([]);
  jest.advanceTimersByTime(45_001);
  expect(reminded).toEqual([45_000, 90_000]);
  await held.control('resume');
  jest.advanceTimersByTime(200_000);
  expect(reminded).toHaveLength(2);
  await held.control('hold');
  jest.advanceTimersByTime(45_000);
  expect(reminded).toEqual([45_000, 90_000, 45_000]);
});

test('so is one who talks to a colleague meanwhile, until they are back', async () => {
  const { talk: asking, reminded } = talk();
  await asking.consult(agreeable(), debtor, 1_000);
  jest.advanceTimersByTime(50_000);
  expect(reminded).toEqual([45_000]);
  await asking.rejoin(1_000);
  jest.advanceTimersByTime(200_000);
  expect(reminded).toHaveLength(1);
});

test('a debtor who was on hold before waits on when the colleague is gone', async () => {
  const { talk: held, reminded } = talk();
  await held.control('hold');
  await held.consult(agreeable(), debtor, 1_000);
  jest.advanceTimersByTime(30_000);
  await held.rejoin(1_000);
  jest.advanceTimersByTime(15_000);
  expect(reminded).toEqual([45_000]);
});

test('nobody is reminded of a talk that is over or was handed on', async () => {
  const over = talk();
  await over.talk.control('hold');
  void over.talk.end();
  const handed = talk();
  await handed.talk.consult(agreeable(), debtor, 1_000);
  await handed.talk.handOver(agreeable(), 1_000);
  jest.advanceTimersByTime(200_000);
  expect([...over.reminded, ...handed.reminded]).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});
