/** Where an rtpengine takes commands (ng protocol over UDP). */
export interface MediaEngineAddress {
  /** `host:port`, as it was configured: what it is called everywhere. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Its share of the legs against the other engines'. */
  readonly weight: number;
}
