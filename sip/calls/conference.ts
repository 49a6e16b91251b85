import type { SupervisionMode } from '../../src/domain/supervision';
import type { TalkMixing, TalkPorts } from '../media/media';
import type { Mixer } from '../media/mixer/mixer';
import type { MixerPort } from '../media/mixer/mixer-port';
import { hearing, type Room, type Seat } from './hearing';

interface Guest {
  readonly port: MixerPort;
  readonly line: Pick<TalkMixing, 'engine' | 'seatLine'>;
}

const NOBODY: Room = { third: 'none', supervisor: null };

/**
 * Who sits beside agent and debtor. Who only listens is given copies of what both say, so the talk
 * itself is as it was; as soon as somebody else is to be heard, the two are joined to the mixer in
 * place of each other, until nobody is left but them. One change after the other.
 */
export class Conference {
  private room = NOBODY;
  private readonly guests: { third: Guest | null; supervisor: Guest | null } = {
    third: null,
    supervisor: null,
  };
  /** Where copies come in. */
  private copies: TalkPorts | null = null;
  /** Where agent and debtor are joined to the mixer. */
  private own: TalkPorts | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private over = false;

  constructor(
    private readonly mixer: Mixer,
    private readonly talk: TalkMixing,
    /** Agent and debtor were joined to the mixer, or to each other again. */
    private readonly onRejoined: () => void,
  ) {}

  get isEmpty(): boolean {
    return this.guests.third === null && this.guests.supervisor === null;
  }

  private inTurn(work: () => Promise<boolean>): Promise<boolean> {
    const turn = this.last.then(() => (this.over ? false : work()));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** Somebody more, on the line whose media are given. False: it cannot be had, and all is as before. */
  seat(who: 'third' | 'supervisor', line: Guest['line'], room: Partial<Room>): Promise<boolean> {
    return this.inTurn(async () => {
      const port = await this.mixer.open(line.engine);
      if (port === null) return false;
      this.guests[who] = { port, line };
      const seated = (await line.seatLine(port)) && (await this.become({ ...this.room, ...room }));
      if (!seated) await this.dismiss(who);
      return seated;
    });
  }

  /** Changes who hears whom. */
  change(room: Partial<Room>): Promise<boolean> {
    return this.inTurn(() => this.become({ ...this.room, ...room }));
  }

  unseat(who: 'third' | 'supervisor'): Promise<boolean> {
    return this.inTurn(async () => {
      await this.dismiss(who);
      return true;
    });
  }

  private async dismiss(who: 'third' | 'supervisor'): Promise<void> {
    this.guests[who]?.port.close();
    this.guests[who] = null;
    const room = { ...this.room, ...(who === 'third' ? { third: 'none' } : { supervisor: null }) };
    await this.become(room as Room);
  }

  private async become(room: Room): Promise<boolean> {
    const isHeard = (mode: SupervisionMode | null): boolean => mode !== null && mode !== 'listen';
    const needsMixer = room.third !== 'none' || isHeard(room.supervisor);
    const done = await this.relay(needsMixer, room);
    if (done) {
      this.room = room;
      this.apply();
    }
    // copies come as long as nothing better is there: the listener misses nothing
    if (this.own !== null || this.isEmpty) await this.dropCopies();
    return done;
  }

  private async relay(needsMixer: boolean, room: Room): Promise<boolean> {
    if (this.isEmpty) return this.rejoin();
    if (this.own !== null) return true;
    if (needsMixer) return this.split();
    if (room.supervisor === null || this.copies !== null) return true;
    this.copies = await this.openPair();
    return this.copies !== null && (await this.talk.listen(this.copies));
  }

  private async split(): Promise<boolean> {
    const ports = await this.openPair();
    if (ports === null) return false;
    if (await this.talk.split(ports)) {
      this.own = ports;
      this.onRejoined();
      return true;
    }
    await this.talk.unsplit();
    closeBoth(ports);
    return false;
  }

  private async rejoin(): Promise<boolean> {
    const { own } = this;
    if (own === null) return true;
    this.own = null;
    const joined = await this.talk.unsplit();
    closeBoth(own);
    this.onRejoined();
    return joined;
  }

  private async openPair(): Promise<TalkPorts | null> {
    const { engine } = this.talk;
    const [agent, customer] = await Promise.all([this.mixer.open(engine), this.mixer.open(engine)]);
    if (agent !== null && customer !== null) return { agent, customer };
    agent?.close();
    customer?.close();
    return null;
  }

  private async dropCopies(): Promise<void> {
    const { copies } = this;
    if (copies === null) return;
    this.copies = null;
    await this.talk.unlisten();
    closeBoth(copies);
  }

  private apply(): void {
    const pair = this.own ?? this.copies;
    const ports: Record<Seat, MixerPort | undefined> = {
      agent: pair?.agent,
      debtor: pair?.customer,
      third: this.guests.third?.port,
      supervisor: this.guests.supervisor?.port,
    };
    const heard = hearing(this.room);
    for (const seat of Object.keys(heard) as Seat[])
      ports[seat]?.hear(heard[seat].flatMap((other) => ports[other] ?? []));
  }

  /** The talk is over, or goes on over other media: what it held is freed, and nothing is rejoined. */
  close(): void {
    this.over = true;
    for (const guest of Object.values(this.guests)) guest?.port.close();
    for (const pair of [this.copies, this.own]) if (pair !== null) closeBoth(pair);
  }
}

function closeBoth({ agent, customer }: TalkPorts): void {
  agent.close();
  customer.close();
}
