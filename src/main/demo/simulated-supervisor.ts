import type { ApiClient, LiveEvent } from './api-client';

/** A supervisor who says yes to what agents ask for, and reads what they write of conflicts. */
export class SimulatedSupervisor {
  private working: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly api: ApiClient,
    private readonly onTrouble: (what: string) => void,
  ) {}

  see(event: LiveEvent): void {
    if (event.type === 'agreement.approval_requested') {
      this.do(`/v1/approvals/${String(event['approvalId'])}/approve`, {});
    }
    if (event.type === 'reflection.written') {
      const lesson = 'Akui perasaan lebih dulu, baru bicara jumlah.';
      this.do(`/v1/conflicts/${String(event['conflictId'])}/reflection/sign-off`, { lesson });
    }
  }

  private do(path: string, body: object): void {
    this.working = this.working
      .then(() => this.api.post(path, body))
      .catch((error: unknown) => {
        this.onTrouble(error instanceof Error ? error.message : String(error));
      });
  }

  /** Everything asked so far is answered. */
  async close(): Promise<void> {
    await this.working;
  }
}
