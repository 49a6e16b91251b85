/** What the bench tells the process with the RTP ends. */
export type FarmCommand =
  | { readonly kind: 'talk'; readonly end: number; readonly host: string; readonly port: number }
  | { readonly kind: 'measure'; readonly packets: number };

export interface FarmCounts {
  readonly sent: number;
  readonly received: number;
}

export type FarmAnswer =
  | { readonly kind: 'open'; readonly ports: readonly number[] }
  /** Of each end: the packets that it sent while it was measured, and of those of others that it got. */
  | {
      readonly kind: 'measured';
      readonly ends: readonly FarmCounts[];
      /** That all ends together sent: fewer than were meant where the machine is too busy. */
      readonly packetsPerSecond: number;
    };
