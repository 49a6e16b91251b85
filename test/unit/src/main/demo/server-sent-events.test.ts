import {
  readServerSentEvents,
  type ServerSentEvent,
} from '../../../../../src/main/demo/server-sent-events';

async function read(...chunks: string[]): Promise<ServerSentEvent[]> {
  const bytes = (function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  })();
  const events: ServerSentEvent[] = [];
  for await (const event of readServerSentEvents(
    (async function* () {
      for (const chunk of bytes) yield await Promise.resolve(chunk);
    })(),
  )) {
    events.push(event);
  }
  return events;
}

describe('readServerSentEvents', () => {
  it('reads events however they are cut, and passes over comments and retry', async () => {
    const whole =
      'retry: 1000\n\n:\n\nid: 7-1\nevent: a\ndata: {"x":"é"}\n\ndata: one\ndata: two\n\n';
    const expected = [
      { id: '7-1', data: '{"x":"é"}' },
      { id: null, data: 'one\ntwo' },
    ];
    expect(await read(whole)).toEqual(expected);
    expect(await read(...whole.split(/(?<=.)/s))).toEqual(expected);
  });

  it('drops an event that was cut off', async () => {
    expect(await read('data: whole\n\ndata: hal')).toEqual([{ id: null, data: 'whole' }]);
  });
});
