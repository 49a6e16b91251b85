import { signBody } from '../../http/payment-signature';
import type { ApiClient, LiveEvent } from './api-client';
import { seededDraws } from './seeded-draws';

export interface SimulatedBankOptions {
  readonly httpUrl: string;
  readonly admin: ApiClient;
  readonly creditorId: string;
  readonly seed: string;
  /** Told what did not work: a bank tries again by itself, this one does not. */
  readonly onTrouble: (what: string) => void;
}

interface Source {
  readonly id: string;
  readonly secret: string;
}

/** Of those who promise, so many pay at once; the others may still. */
const PAYING_SHARE = 0.4;
const LEAST_DELAY_MS = 2_000;
const MOST_DELAY_MS = 6_000;

/** A bank through which some of the debtors pay what they promised, told by signed webhook. */
export class SimulatedBank {
  private readonly waiting = new Set<NodeJS.Timeout>();
  private readonly sending = new Set<Promise<void>>();
  private promises = 0;
  private paid = 0;

  private constructor(
    private readonly options: SimulatedBankOptions,
    private readonly source: Source,
  ) {}

  static async open(options: SimulatedBankOptions): Promise<SimulatedBank> {
    const { admin, creditorId } = options;
    const source = await admin.post<Source>(`/v1/creditors/${creditorId}/payment-sources`, {
      provider: 'demo-bank-va',
    });
    return new SimulatedBank(options, source);
  }

  /** A promise for itself: whoever promised pays it, or does not; the first one is always paid. */
  see(event: LiveEvent): void {
    if (event.type !== 'promise.made' || (event['agreementId'] ?? null) !== null) return;
    this.promises += 1;
    const draws = seededDraws(this.options.seed, 'payer', this.promises);
    if (this.promises > 1 && draws.next() >= PAYING_SHARE) return;
    const { accountId, amountMinor, currency } = event;
    const timer = setTimeout(
      () => {
        this.waiting.delete(timer);
        this.pay({ accountId: String(accountId), amountMinor, currency });
      },
      draws.integer(LEAST_DELAY_MS, MOST_DELAY_MS),
    );
    this.waiting.add(timer);
  }

  private pay(payment: { accountId: string; amountMinor: unknown; currency: unknown }): void {
    const sent = this.send(payment)
      .catch((error: unknown) => {
        this.options.onTrouble(error instanceof Error ? error.message : String(error));
      })
      .finally(() => this.sending.delete(sent));
    this.sending.add(sent);
  }

  private async send({
    accountId,
    amountMinor,
    currency,
  }: Parameters<SimulatedBank['pay']>[0]): Promise<void> {
    const { admin, httpUrl } = this.options;
    const account = await admin.get<{ externalId: string }>(`/v1/accounts/${accountId}`);
    this.paid += 1;
    const notice = {
      type: 'payment.received',
      paymentId: `DEMO-${this.paid}`,
      ...{ amountMinor, currency, accountExternalId: account.externalId },
      paidAt: new Date().toISOString(),
      method: 'virtual_account',
    };
    const body = Buffer.from(JSON.stringify(notice));
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const answer = await fetch(`${httpUrl}/v1/payment-webhooks/${this.source.id}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'santun-timestamp': timestamp,
        'santun-signature': signBody(this.source.secret, body, timestamp),
      },
      body,
    });
    if (!answer.ok) throw new Error(`the payment was answered ${answer.status}`);
  }

  /** What is promised from now on is paid another day; what is on its way arrives. */
  async close(): Promise<void> {
    for (const timer of this.waiting) clearTimeout(timer);
    this.waiting.clear();
    await Promise.all(this.sending);
  }
}
