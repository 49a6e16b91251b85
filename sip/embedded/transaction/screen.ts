import type { Flow } from '../transport/flow';

/** Who may speak to the server: a policy of whoever runs it. Messages of standing calls never reach it. */
export interface Screen {
  /** Whether this peer is one that may speak; a keep-alive is answered to nobody else. */
  knows(flow: Flow): boolean;
  /**
   * Whether a new request is looked at; it is dropped without an answer otherwise.
   *
   * @param method null: it is malformed, or pretends to belong to a call that does not stand
   */
  admits(flow: Flow, method: string | null): boolean;
  /** The application has given a final answer to a REGISTER. @param user that of its To */
  registerAnswered(flow: Flow, user: string, status: number): void;
}

/** Everybody is heard, as SIP has it. */
export const OPEN_SCREEN: Screen = {
  knows: () => true,
  admits: () => true,
  registerAnswered: () => undefined,
};
