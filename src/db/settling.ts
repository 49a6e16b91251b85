/** Which account's facts have changed, and by whom. */
export interface Settling {
  readonly accountId: string;
  /** Of the change, past tense: `payment.received`. */
  readonly cause: string;
  /** `key:<id>`, `agent:<id>`, or the part of the program that did it. */
  readonly actor: string;
  /** The instant to judge at; absent: the database's clock. */
  readonly now?: Date;
}
