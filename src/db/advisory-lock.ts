/** Keys of Postgres' advisory locks that stand for one thing in the whole database; no two alike. */
export const ADVISORY_LOCK = {
  migrations: 7_262_845,
  /** Whatever decides on the number of keys: the first one, the last admin's. */
  apiKeys: 7_262_846,
  /** Imports take turns, batch by batch: they would lock the same persons in different orders. */
  importBatch: 7_262_847,
  /** One process at a time appends to the ledger's chains and closes their days. */
  ledger: 7_262_848,
  /** One process at a time learns when people answer. */
  bestTime: 7_262_853,
  /** Months of the tables that grow are made and taken out one at a time. */
  partitions: 7_262_849,
  /** The calls of five minutes are counted once. */
  trunkQuality: 7_262_861,
  /** Versions of announcements are numbered one at a time. */
  announcements: 7_262_870,
  /** What two processes hear at once is one announcement. */
  carrierAnnouncements: 7_262_871,
} as const;
