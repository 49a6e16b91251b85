/**
 * The page's worker: the live stream and every timer. Browsers slow down the timers of a page that is
 * out of sight to one a second or one a minute, those of its workers they leave alone.
 */
import { backOffMs } from './back-off';
import { EventStreamReader } from './event-stream';
import type { FromWorker, ToWorker } from './live-messages';

const TICK_MS = 1_000;
const SIGN_EVERY_TICKS = 5;
/** The server says something every 15 s: silence for this long is a connection that died. */
const SILENCE_MS = 40_000;

const tell = (message: FromWorker): void => {
  self.postMessage(message);
};

let key = '';
let lastId: string | null = null;
let running: AbortController | null = null;
/** Ends the wait for the next try. */
let hurry: () => void = () => undefined;
/** Ends the stream that is open: over a network that is gone it looks open until the silence ends it. */
let endStream: () => void = () => undefined;
let isHurried = false;

/** @returns false when the key is refused. */
async function listen(stop: AbortSignal): Promise<boolean> {
  const ending = new AbortController();
  const end = (): void => {
    ending.abort();
  };
  endStream = end;
  stop.addEventListener('abort', end);
  let silence = setTimeout(end, SILENCE_MS);
  try {
    const response = await open(ending.signal);
    if (response.status === 401 || response.status === 403) return false;
    // a place that the stream does not have any more: from now on
    if (response.status === 400) lastId = null;
    if (!response.ok || response.body === null) return true;
    tell({ type: 'stream', isOpen: true });
    await read(response.body, () => {
      clearTimeout(silence);
      silence = setTimeout(end, SILENCE_MS);
    });
    return true;
  } catch {
    return true;
  } finally {
    clearTimeout(silence);
    stop.removeEventListener('abort', end);
    end();
  }
}

function open(signal: AbortSignal): Promise<Response> {
  const resume: Record<string, string> = lastId === null ? {} : { 'last-event-id': lastId };
  const headers = { authorization: `Bearer ${key}`, ...resume };
  return fetch('/v1/events', { headers, cache: 'no-store', signal });
}

/** Until the server ends the stream, or it breaks. */
async function read(body: ReadableStream<Uint8Array>, onSign: () => void): Promise<void> {
  const decoder = new TextDecoder();
  const reader = new EventStreamReader();
  const pieces = body.getReader();
  for (;;) {
    const { value, done } = await pieces.read();
    if (done) return;
    onSign();
    for (const event of reader.push(decoder.decode(value, { stream: true }))) {
      lastId = event.id ?? lastId;
      const { at = '' } = JSON.parse(event.data) as { at?: string };
      tell({ type: 'event', name: event.name, at });
    }
  }
}

async function run(stop: AbortSignal): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    const startedAt = Date.now();
    const accepted = await listen(stop);
    tell({ type: 'stream', isOpen: false });
    if (!accepted) {
      tell({ type: 'refused' });
      return;
    }
    failures = Date.now() - startedAt > 10_000 ? 1 : failures + 1;
    if (isHurried) {
      isHurried = false;
      continue;
    }
    await new Promise<void>((resolve) => {
      hurry = resolve;
      setTimeout(resolve, backOffMs(failures, Math.random()));
    });
    isHurried = false;
  }
}

self.onmessage = ({ data: message }: MessageEvent<ToWorker>): void => {
  switch (message.type) {
    case 'start':
      key = message.key;
      lastId = null;
      running?.abort();
      running = new AbortController();
      void run(running.signal);
      return;
    case 'stop':
      running?.abort();
      running = null;
      return;
    case 'hurry':
      isHurried = true;
      endStream();
      hurry();
      return;
    case 'wait':
      setTimeout(() => {
        tell({ type: 'waited', id: message.id });
      }, message.ms);
  }
};

/** The page's own sign of life, beside that of the line. A worker's timer is not slowed down out of sight. */
function sign(): void {
  if (running === null) return;
  const headers = { authorization: `Bearer ${key}` };
  // one that is lost is followed by the next
  void fetch('/v1/me/heartbeat', { method: 'POST', headers, cache: 'no-store' }).catch(
    () => undefined,
  );
}

let ticks = 0;
setInterval(() => {
  tell({ type: 'tick' });
  if (ticks % SIGN_EVERY_TICKS === 0) sign();
  ticks += 1;
}, TICK_MS);
