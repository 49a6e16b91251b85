/** A rule pack or calendar that a record names. */
export interface NamedRules {
  /** `ID.OJK.POJK22@1` */
  readonly name: string;
  readonly sha256: string;
}

/** The packs and calendars that a decision rests on; none of what cannot be read. */
export function rulesOfRecord(record: string): NamedRules[] {
  try {
    const { packs = [], calendars = [] } = JSON.parse(record) as {
      packs?: { id?: string; version?: number; sha256?: string }[];
      calendars?: { id?: string; revision?: string; sha256?: string }[];
    };
    return [
      ...packs.map(({ id, version, sha256 }) => ({ name: `${id ?? ''}@${version ?? ''}`, sha256 })),
      ...calendars.map(({ id, revision, sha256 }) => ({
        name: `${id ?? ''}@${revision ?? ''}`,
        sha256,
      })),
    ].flatMap(({ name, sha256 }) => (sha256 === undefined ? [] : [{ name, sha256 }]));
  } catch {
    return [];
  }
}
