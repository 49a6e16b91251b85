import { CallRecorder } from '../../../../sip/calls/call-recorder';
import type { TalkMedia } from '../../../../sip/media/media';

let did: string[] = [];

/** Media that say what they are told. */
const media = (name: string): TalkMedia =>
  ({
    startRecording: () => {
      did.push(`${name} starts`);
      return Promise.resolve({
        ...{ engineCallId: name, customerPort: 1, agentPort: 2, opusPayloadType: null },
      });
    },
    stopRecording: () => {
      did.push(`${name} stops`);
      return Promise.resolve();
    },
  }) as unknown as TalkMedia;

function recording(): CallRecorder {
  const write = (what: string): void => {
    did.push(what);
  };
  const recorder = new CallRecorder({
    ...{ attemptId: 'attempt', callId: 'call', write, onFailed: () => undefined },
  });
  recorder.start(media('engine'));
  did = [];
  return recorder;
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const WENT_ON = ['engine starts', 'recording segment'];
const PAUSED = ['engine stops', 'recording segment ended'];

test('a pause that nobody ends is over after 180 s, once', () => {
  const recorder = recording();
  recorder.pauseFor('card');
  // what is asked for again makes it no longer
  jest.advanceTimersByTime(100_000);
  recorder.pauseFor('card');
  jest.advanceTimersByTime(79_999);
  expect(did).toEqual(PAUSED);
  jest.advanceTimersByTime(1);
  expect(did).toEqual([...PAUSED, ...WENT_ON]);
  recorder.resume();
  jest.advanceTimersByTime(400_000);
  expect(did).toEqual([...PAUSED, ...WENT_ON]);
});

test('the limit of a pause that was ended does not end the next one early', () => {
  const recorder = recording();
  recorder.pauseFor('card');
  jest.advanceTimersByTime(170_000);
  recorder.resume();
  recorder.pauseFor('card');
  jest.advanceTimersByTime(179_999);
  expect(did).toEqual([...PAUSED, ...WENT_ON, ...PAUSED]);
});

test('a talk that moves in a pause stays paused, and goes on where it is then', () => {
  const recorder = recording();
  recorder.pauseFor('card');
  recorder.moveTo(media('other'), 'moved');
  expect(did).toEqual(PAUSED);
  jest.advanceTimersByTime(180_000);
  expect(did).toEqual([...PAUSED, 'other starts', 'recording segment']);
});

test('a talk that ends in a pause is never captured again', () => {
  const recorder = recording();
  recorder.pauseFor('card');
  recorder.finish();
  expect(did).toEqual([...PAUSED, 'recording spooled']);
  jest.advanceTimersByTime(400_000);
  expect(jest.getTimerCount()).toBe(0);
  expect(did).toHaveLength(3);
});
