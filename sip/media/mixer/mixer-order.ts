/** What the mixer's thread is told to do. */
export type MixerOrder =
  | { readonly order: 'open'; readonly id: string; readonly host: string }
  | {
      readonly order: 'send_to';
      readonly id: string;
      readonly host: string;
      readonly port: number;
      /** What the other side calls telephone events (RFC 4733); null: it has none. */
      readonly eventType: number | null;
    }
  | { readonly order: 'hear'; readonly id: string; readonly others: readonly string[] }
  | { readonly order: 'close'; readonly id: string };

/** A port is open; null: it could not be opened. */
export interface MixerNews {
  readonly id: string;
  readonly port: number | null;
}
