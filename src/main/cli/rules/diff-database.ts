import {
  diffAccounts,
  diffDecisions,
  type AccountDiff,
  type DecisionDiff,
  type VersionPair,
} from '../../../../dialer/rule-diff';
import type { WhatIfTotals } from '../../../../dialer/what-if';
import type { HourSpan } from '../../../../dialer/compliance/hour-map';
import type { Language } from '../../../../dialer/compliance/words';
import { numberInWords, wallClock } from '../../../../dialer/compliance/words-time';
import type { Database } from '../../../db/database';
import type { KnownRules } from './known-rules';

const DAY_MS = 86_400_000;
/** Decisions that are replayed at most: some minutes of work. */
const MOST_DECISIONS = 50_000;

export interface DatabaseDiff {
  /** The instant at which accounts are compared: the first that both versions leave open. */
  readonly at: string;
  readonly zone: string;
  readonly days: number;
  readonly accounts: AccountDiff;
  readonly decisions: DecisionDiff;
}

/** Which accounts and which kept decisions another version would change. Writes nothing. */
export async function diffInDatabase(
  db: Database,
  pair: VersionPair,
  known: KnownRules,
  asked: { at: string; zone: string; days: number; sample: number },
): Promise<DatabaseDiff> {
  const { at, zone, days, sample } = asked;
  const accounts = await diffAccounts(db, pair, { at, limit: sample });
  const to = new Date();
  const decisions = await diffDecisions(db, pair.after, Object.values(known.calendars), {
    from: new Date(to.getTime() - days * DAY_MS),
    to,
    limit: MOST_DECISIONS,
  });
  return { at, zone, days, accounts, decisions };
}

/** The first instant from `now` on at which both maps are open; null: none in their range. */
export function firstOpen(before: readonly HourSpan[], after: readonly HourSpan[]): string | null {
  const open = (spans: readonly HourSpan[]): readonly HourSpan[] => spans.filter((one) => one.open);
  const starts = open(before).flatMap((old) =>
    open(after)
      .filter((now) => now.from < old.to && old.from < now.to)
      .map((now) => (now.from > old.from ? now.from : old.from)),
  );
  return starts.sort()[0] ?? null;
}

const WORDS = {
  accounts: { id: 'Rekening yang berubah', en: 'Accounts that change' },
  sampled: { id: 'diperiksa dari', en: 'looked at, of' },
  open: { id: 'rekening terbuka', en: 'open accounts' },
  concerned: { id: 'terkena paket ini', en: 'under this pack' },
  decisions: { id: 'Keputusan yang berubah', en: 'Decisions that change' },
  lastDays: { id: 'hari terakhir', en: 'last days' },
  replayed: { id: 'diputus ulang', en: 'decided again' },
  skipped: { id: 'tidak dapat diputus ulang', en: 'could not be decided again' },
  cut: { id: 'lebih banyak lagi tidak diperiksa', en: 'more were not looked at' },
  toDenial: { id: 'boleh → ditolak', en: 'permit → denial' },
  toPermit: { id: 'ditolak → boleh', en: 'denial → permit' },
  otherRule: { id: 'ditolak oleh aturan lain', en: 'denied by another rule' },
  calls: {
    id: 'panggilan lampau yang tidak akan diizinkan',
    en: 'past calls that would not have been allowed',
  },
} as const;

export function databaseLines(diff: DatabaseDiff, language: Language): string[] {
  const said = (word: keyof typeof WORDS): string => WORDS[word][language];
  const { accounts, decisions, days } = diff;
  const n = (count: number): string => numberInWords(count, language);
  const when = wallClock(new Date(diff.at), diff.zone, language);
  const { skipped, decided, callsDenied } = decisions.totals;
  return [
    `${said('accounts')}, ${when}: ${n(accounts.sampled)} ${said('sampled')} ${n(accounts.open)} ${said('open')}, ${n(accounts.concerned)} ${said('concerned')}`,
    ...totalLines(accounts.totals, language),
    `${said('decisions')}, ${days} ${said('lastDays')}: ${n(decided)} ${said('replayed')}` +
      (skipped > 0 ? `, ${n(skipped)} ${said('skipped')}` : '') +
      (decisions.cut ? `, ${said('cut')}` : ''),
    ...totalLines(decisions.totals, language),
    `  ${said('calls')}: ${n(callsDenied)}`,
  ];
}

function totalLines(totals: WhatIfTotals, language: Language): string[] {
  const part = (word: keyof typeof WORDS, counts: ReadonlyMap<string, number>): string => {
    const rules = [...counts].sort((a, b) => b[1] - a[1]);
    const total = rules.reduce((sum, [, count]) => sum + count, 0);
    const named = rules.map(([rule, count]) => `${rule}: ${numberInWords(count, language)}`);
    const why = named.length === 0 ? '' : ` (${named.join('; ')})`;
    return `  ${WORDS[word][language]}: ${numberInWords(total, language)}${why}`;
  };
  return [
    part('toDenial', totals.permitsToDenials),
    part('toPermit', totals.denialsToPermits),
    part('otherRule', totals.otherRules),
  ];
}

/** Maps as objects: JSON knows no maps. */
export function databaseJson({ accounts, decisions, ...rest }: DatabaseDiff): object {
  const plain = (totals: WhatIfTotals): object => ({
    ...totals,
    permitsToDenials: Object.fromEntries(totals.permitsToDenials),
    denialsToPermits: Object.fromEntries(totals.denialsToPermits),
    otherRules: Object.fromEntries(totals.otherRules),
  });
  return {
    ...rest,
    accounts: { ...accounts, totals: plain(accounts.totals) },
    decisions: { ...decisions, totals: plain(decisions.totals) },
  };
}
