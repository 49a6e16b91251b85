/** A page that is loaded anew has just let go of it. */
const WAIT_MS = 2_000;

/**
 * An agent's desk is one page of a browser at a time: each that signs in takes the line, and with it the
 * talk, from the one before, and its end would end the talk.
 */
export class OwnDesk {
  private heldFor: string | null = null;
  private letGo: () => void = () => undefined;

  /**
   * @param onTaken another page has taken it over
   * @param isForced takes it from the page that has it
   * @returns false: another page has it
   */
  take(agentId: string, onTaken: () => void, isForced = false): Promise<boolean> {
    // browsers know no locks where they give no microphone either
    if (this.heldFor === agentId || !isSecureContext) return Promise.resolve(true);
    return new Promise((resolve) => {
      const options = isForced ? { steal: true } : { signal: AbortSignal.timeout(WAIT_MS) };
      const hold = (): Promise<void> => {
        this.heldFor = agentId;
        resolve(true);
        return new Promise((letGo) => {
          this.letGo = letGo;
        });
      };
      navigator.locks.request(`santun.desk.${agentId}`, options, hold).catch(() => {
        if (this.heldFor === agentId) onTaken();
        this.heldFor = null;
        resolve(false);
      });
    });
  }

  leave(): void {
    this.heldFor = null;
    this.letGo();
  }
}
