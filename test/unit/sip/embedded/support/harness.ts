import { parseAdminFrame } from '../../../../../sip/embedded/admin/admin-frame';
import type { App } from '../../../../../sip/embedded/admin/app-router';
import { AppFrames } from '../../../../../sip/embedded/core/app-frames';
import type { Core } from '../../../../../sip/embedded/core/core';
import { createCore } from '../../../../../sip/embedded/core/create-core';
import { OPEN_SCREEN, type Screen } from '../../../../../sip/embedded/transaction/screen';
import {
  DEFAULT_TRANSACTION_LIMITS,
  TransactionLayer,
} from '../../../../../sip/embedded/transaction/transaction-layer';
import type { TransactionLimits } from '../../../../../sip/embedded/transaction/transaction-layer';
import type { Flow, Transport } from '../../../../../sip/embedded/transport/flow';
import type { Network, NextHop } from '../../../../../sip/embedded/transport/network';
import { ManualScheduler } from './manual-scheduler';
import { MemoryFlow } from './memory-flow';
import { requestText, responseTo } from './messages';
import type { RequestOptions } from './messages';

/** Every peer of the server, in memory: one flow for each address. */
class MemoryNetwork implements Network {
  readonly hostPorts = ['udp/192.0.2.1:5060'];
  readonly flows = new Map<string, MemoryFlow>();

  constructor(private readonly clock: ManualScheduler) {}

  supports(transport: Transport): boolean {
    return transport === 'udp' || transport === 'tcp';
  }

  isOwn(hop: NextHop): boolean {
    return hop.host === '192.0.2.1' && hop.port === 5060;
  }

  flowTo(hop: NextHop): Flow {
    return this.flow(hop.transport, hop.host, hop.port);
  }

  flow(transport: Transport, address: string, port: number): MemoryFlow {
    const key = `${transport}/${address}/${port}`;
    const flow = this.flows.get(key) ?? new MemoryFlow(this.clock, transport, address, port);
    this.flows.set(key, flow);
    return flow;
  }

  resolve(): Promise<NextHop> {
    return Promise.reject(new Error('no names here'));
  }
}

/** One frame the server sent to the application. */
export interface SeenFrame {
  type: string;
  fields: readonly string[];
  text: string;
  startLine: string;
  body: string;
}

/** The server whole, between an application and peers that live in memory, on a clock of its own. */
export class Harness {
  readonly scheduler = new ManualScheduler();
  readonly network = new MemoryNetwork(this.scheduler);
  readonly core: Core;
  readonly logged: string[] = [];
  private readonly frames: AppFrames;
  private lastId = 0;

  /** The peer most tests need, at 192.0.2.7:5090 over UDP. */
  readonly peer = this.network.flow('udp', '192.0.2.7', 5090);
  readonly app = this.newApp();

  constructor(
    limits: TransactionLimits = DEFAULT_TRANSACTION_LIMITS,
    screen: Screen = OPEN_SCREEN,
  ) {
    const log = (_level: string, message: string): void => void this.logged.push(message);
    const env = { scheduler: this.scheduler, timers: { T1: 500, T2: 4_000, T4: 5_000 } };
    const transactions = new TransactionLayer(env, log, limits, screen);
    this.core = createCore(env, log, transactions, this.network, screen);
    this.frames = new AppFrames(this.core);
    for (const verb of ['invite', 'register', 'options']) this.say(`route|${verb}`);
  }

  newApp(): App & { seen: SeenFrame[]; isOpen: boolean } {
    const seen: SeenFrame[] = [];
    const app = {
      isOpen: true,
      seen,
      send(text: string) {
        if (!app.isOpen) return;
        const frame = parseAdminFrame(text);
        if (typeof frame === 'string') throw new Error(frame);
        seen.push({ ...frame, text: text.slice(text.indexOf('\r\n') + 2) });
      },
    };
    return app;
  }

  /** The application sends a frame. @returns the server's reply, when it came at once */
  say(leader: string, message = '', app = this.app): SeenFrame | undefined {
    const id = `m${++this.lastId}`;
    const frame = parseAdminFrame(`${id}|${leader}${message === '' ? '' : `\r\n${message}`}`);
    if (typeof frame === 'string') throw new Error(frame);
    this.frames.frame(app, frame);
    return app.seen.find(({ type, fields }) => type === 'response' && fields[0] === id);
  }

  loseApp(app = this.app): void {
    app.isOpen = false;
    this.frames.left(app);
  }

  /** A peer sends a message. */
  receive(text: string, flow: Flow = this.peer): void {
    this.core.transactions.message(Buffer.from(text), flow);
  }

  request(options: RequestOptions = {}, flow: Flow = this.peer): void {
    this.receive(requestText(options), flow);
  }

  /** The peer answers the last request it got with that method. */
  answer(
    method: string,
    status: number,
    options: Parameters<typeof responseTo>[2] = {},
    flow = this.peer,
  ): void {
    this.receive(responseTo(this.sent(method, flow), status, options), flow);
  }

  /** The last message to that peer that begins with `start`. */
  sent(start: string, flow = this.peer): string {
    const found = flow.sent.filter(({ text }) => text.startsWith(start)).at(-1);
    if (found === undefined) throw new Error(`no ${start} among ${flow.startLines().join(', ')}`);
    return found.text;
  }

  /** How many messages to that peer begin with `start`. */
  count(start: string, flow = this.peer): number {
    return flow.sent.filter(({ text }) => text.startsWith(start)).length;
  }

  /** SIP messages the application was handed, by their start. */
  delivered(start: string, app = this.app): SeenFrame[] {
    return app.seen.filter(({ type, startLine }) => type === 'sip' && startLine.startsWith(start));
  }

  /** Transaction id of the last message the application was handed that begins with `start`. */
  transactionId(start: string): string {
    return this.delivered(start).at(-1)?.fields[6] ?? '';
  }

  dialogId(start: string): string {
    return this.delivered(start).at(-1)?.fields[7] ?? '';
  }

  /** The application answers the last request with that method. */
  appAnswers(
    method: string,
    status: number,
    lines: string[] = [],
    body = '',
  ): SeenFrame | undefined {
    const head = [`SIP/2.0 ${status} Answer`, ...lines, '', body].join('\r\n');
    return this.say(`sip|${this.transactionId(method)}|`, head);
  }

  /** The application sends a request, outside a dialog unless one is named. */
  appSends(
    method: string,
    options: {
      uri?: string;
      dialogId?: string;
      lines?: string[];
      body?: string;
      proxy?: string;
    } = {},
  ): SeenFrame | undefined {
    const { uri = 'sip:callee@192.0.2.7:5090', dialogId = '', lines = [], body = '' } = options;
    const proxy = options.proxy === undefined ? '' : `|${options.proxy}`;
    const head = [`${method} ${uri} SIP/2.0`, ...lines, '', body].join('\r\n');
    return this.say(`sip||${dialogId}${proxy}`, head);
  }

  /** A call from the peer, answered and acknowledged. @returns the To tag of the server */
  incomingCall(options: RequestOptions = {}): string {
    this.request(options);
    this.appAnswers('INVITE', 200, [], 'v=0\r\n');
    const toTag = tagOf(this.sent('SIP/2.0 200'), 'To');
    this.request({ ...options, method: 'ACK', branch: 'z9hG4bKack', toTag });
    return toTag;
  }

  /** A call to the peer, answered and acknowledged. @returns its dialog id */
  outgoingCall(answer: Parameters<typeof responseTo>[2] = {}): string {
    this.appSends('INVITE', { body: 'v=0\r\n' });
    this.answer('INVITE', 200, answer);
    const dialogId = this.dialogId('SIP/2.0 200');
    this.appSends('ACK', { dialogId });
    return dialogId;
  }
}

export function tagOf(text: string, header: 'From' | 'To'): string {
  return new RegExp(`^${header}: .*;tag=([^;\\s]+)`, 'm').exec(text)?.[1] ?? '';
}

export function headerOf(text: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
}
