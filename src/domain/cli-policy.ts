/** How a trunk is told who calls. Which number is shown is not decided here: it is of the verified pool. */
export interface CliPolicy {
  /** Which headers carry the number: From, P-Asserted-Identity (RFC 3325), or both. */
  readonly header: 'both' | 'from' | 'asserted';
  /** Host part of the identities; null: the trunk's host. */
  readonly domain: string | null;
  /** `id`: the carrier may not show the number (RFC 3323; RFC 3325, 9.3). */
  readonly privacy: 'none' | 'id';
  /** Of a talk that is handed on: by which number of ours it came (RFC 5806; RFC 7044). */
  readonly diversion: 'none' | 'diversion' | 'history_info';
}

export const DEFAULT_CLI_POLICY: CliPolicy = {
  header: 'both',
  domain: null,
  privacy: 'none',
  diversion: 'none',
};
