import { makeFloor, type Floor } from './floor';
import type { Api } from './http-api';
import { addPaymentSender, paymentNotice, type PaymentSender } from './payment-sender';

/** An account of Rp150.000 of a creditor of its own, with the provider that tells of its payments. */
export class PaidAccount {
  private constructor(
    private readonly api: Api,
    /** A key. */
    private readonly supervisor: string,
    readonly floor: Floor,
    readonly source: PaymentSender,
    readonly id: string,
    readonly externalId: string,
  ) {}

  static async add(api: Api, manager: string, supervisor: string): Promise<PaidAccount> {
    const floor = await makeFloor(api.database.db);
    const source = await addPaymentSender(api, manager, floor.creditorId);
    const id = (await floor.addDebtor()).accountIds[0]!;
    const { externalId } = (await api.call(supervisor, `GET /v1/accounts/${id}`)).json() as {
      externalId: string;
    };
    return new PaidAccount(api, supervisor, floor, source, id, externalId);
  }

  /** Rp50.000 of this account. */
  payment(more: object = {}): ReturnType<typeof paymentNotice> {
    return paymentNotice({ accountExternalId: this.externalId, ...more });
  }

  /** As the API shows it. */
  async shown(): Promise<{ readonly amountDueMinor: string; readonly status: string }> {
    const answer = await this.api.call(this.supervisor, `GET /v1/accounts/${this.id}`);
    return answer.json() as { amountDueMinor: string; status: string };
  }

  /** What was told of the creditor, oldest first. */
  async events(
    type: string,
  ): Promise<{ readonly payload: Record<string, unknown>; readonly agentId: string | null }[]> {
    const { rows } = await this.api.database.db.query<{
      payload: Record<string, unknown>;
      agentId: string | null;
    }>(
      `select payload, agent_id as "agentId" from event where type = $1 and creditor_id = $2 order by id`,
      [type, this.floor.creditorId],
    );
    return rows;
  }
}
