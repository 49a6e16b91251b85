/** What the page and its worker tell each other. */
export type ToWorker =
  | { readonly type: 'start'; readonly key: string }
  | { readonly type: 'stop' }
  /** The network changed: the stream is opened anew, now. */
  | { readonly type: 'hurry' }
  | { readonly type: 'wait'; readonly id: number; readonly ms: number };

export type FromWorker =
  | { readonly type: 'tick' }
  | { readonly type: 'waited'; readonly id: number }
  | { readonly type: 'stream'; readonly isOpen: boolean }
  /** Something happened to the agent's session or call. */
  | { readonly type: 'event'; readonly name: string; readonly at: string }
  /** The key is refused: nothing comes any more. */
  | { readonly type: 'refused' };
