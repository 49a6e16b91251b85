import { one, type Queryable } from '../../db/database';
import type { Collected } from './count-collected';
import { sayMoney } from '../../domain/said';
import { RULES_LINE } from './live-view';

/** The part of `GET /v1/campaigns/:id/report` that the summary takes. */
export interface CampaignReportFigures {
  readonly attempts: number;
  readonly dialed: number;
  readonly answered: number;
  readonly connected: number;
  readonly abandoned: number;
  readonly rightPartyContacts: number;
  readonly outcomesMissing: number;
  readonly refusals: number;
  readonly attemptsByResult: Readonly<Record<string, number>>;
  readonly outcomesByCode: Readonly<Record<string, number>>;
  readonly promises: readonly {
    readonly currency: string;
    readonly count: number;
    readonly amountMinor: string;
  }[];
  readonly bestTime: { readonly model: ArmFigures; readonly control: ArmFigures };
}

/** People called by the best-time model, or those of its control group. */
interface ArmFigures {
  readonly dials: number;
  /** Right-party contacts per 1,000 dials; null without dials. */
  readonly per1000: number | null;
}

/** What `--json` prints. */
export interface DemoSummary extends Collected {
  /** From the start of the campaign until its last call had ended. */
  readonly seconds: number;
  readonly attempts: number;
  /** Attempts for which an INVITE left, or may have left. */
  readonly dialed: number;
  readonly answered: number;
  readonly connected: number;
  readonly rightParty: number;
  readonly promises: number;
  readonly promisedMinor: Readonly<Record<string, string>>;
  readonly refusals: number;
  readonly abandoned: number;
  readonly outcomesMissing: number;
  /** Attempts that have not ended; 0 when all is well. */
  readonly attemptsOpen: number;
  readonly personsWithTwoOpenAttempts: number;
  /** Calls that the carrier let in: the witness of `dialed`. */
  readonly invitesSeenByCarrier: number;
  readonly mostInvitesToOneNumber: number;
  readonly results: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly bestTime: CampaignReportFigures['bestTime'];
}

/** Persons of whom two attempts were open at one time: an overlap of their intervals. */
export async function countPersonsWithTwoOpenAttempts(db: Queryable): Promise<number> {
  const found = await db.query<{ count: number }>(
    `select count(distinct a.debtor_id)::int as count
     from attempt a join attempt b on b.debtor_id = a.debtor_id and b.id <> a.id
     where b.created_at >= a.created_at
       and b.created_at < coalesce(a.ended_at, 'infinity')`,
  );
  return one(found, 'count of persons').count;
}

export async function countOpenAttempts(db: Queryable): Promise<number> {
  const found = await db.query<{ count: number }>(
    `select count(*)::int as count from attempt where state <> 'ended'`,
  );
  return one(found, 'count of open attempts').count;
}

export function summarise(input: {
  readonly seconds: number;
  readonly report: CampaignReportFigures;
  readonly collected: Collected;
  readonly attemptsOpen: number;
  readonly personsWithTwoOpenAttempts: number;
  readonly invites: ReadonlyMap<string, number>;
}): DemoSummary {
  const { report, invites } = input;
  const byNumber = [...invites.values()];
  return {
    seconds: Math.round(input.seconds * 10) / 10,
    attempts: report.attempts,
    dialed: report.dialed,
    answered: report.answered,
    connected: report.connected,
    rightParty: report.rightPartyContacts,
    promises: report.promises.reduce((sum, { count }) => sum + count, 0),
    promisedMinor: Object.fromEntries(report.promises.map((p) => [p.currency, p.amountMinor])),
    refusals: report.refusals,
    abandoned: report.abandoned,
    outcomesMissing: report.outcomesMissing,
    attemptsOpen: input.attemptsOpen,
    personsWithTwoOpenAttempts: input.personsWithTwoOpenAttempts,
    invitesSeenByCarrier: byNumber.reduce((sum, n) => sum + n, 0),
    mostInvitesToOneNumber: Math.max(0, ...byNumber),
    ...input.collected,
    results: report.attemptsByResult,
    outcomes: report.outcomesByCode,
    bestTime: { model: arm(report.bestTime.model), control: arm(report.bestTime.control) },
  };
}

const arm = ({ dials, per1000 }: ArmFigures): ArmFigures => ({ dials, per1000 });

const armText = ({ dials, per1000 }: ArmFigures): string =>
  per1000 === null ? 'no dials' : `${per1000} (${dials} dials)`;

/** What must never be, in words; empty: all is well. */
export function findFaults(summary: DemoSummary): string[] {
  const faults: [boolean, string][] = [
    [summary.personsWithTwoOpenAttempts > 0, 'a person had two open attempts at one time'],
    [summary.attemptsOpen > 0, 'an attempt has not ended'],
    [summary.callsAfterPayment > 0, 'somebody was called after the money had come'],
    [
      summary.invitesSeenByCarrier > summary.dialed,
      'the carrier saw more INVITEs than the database knows of',
    ],
  ];
  return faults.filter(([applies]) => applies).map(([, fault]) => fault);
}

/** The summary for a person: a title, then label and figure a line. */
export function renderSummary(summary: DemoSummary): string[] {
  const promised = Object.entries(summary.promisedMinor).map(
    ([currency, minor]) => sayMoney(BigInt(minor), currency).id,
  );
  const rows: [label: string, figure: string | number][] = [
    ['seconds', summary.seconds],
    ['attempts', summary.attempts],
    ...nested(summary.results),
    ['answered', summary.answered],
    ['connected to an agent', summary.connected],
    ['right party', summary.rightParty],
    ['right party per 1,000 dials', armText(summary.bestTime.model)],
    ['the same, control group', armText(summary.bestTime.control)],
    ['abandoned', summary.abandoned],
    ['promises to pay', summary.promises],
    ['promised', promised.join(' + ') || 'nothing'],
    ['promises kept', `${summary.promisesKept} (${summary.payments} payments)`],
    ['promises broken', `${summary.promisesBroken} (${summary.followUps} followed up)`],
    ['plans', summary.plans],
    ['deferments', summary.deferments],
    ['settlements', `${summary.settlements} (${summary.approvals} approved by a supervisor)`],
    ['disputes', summary.disputes],
    ['conflicts', `${summary.conflicts} (${summary.reflections} reflected on)`],
    ['calls after the payment', summary.callsAfterPayment],
    ['outcomes', ''],
    ...nested(summary.outcomes),
    ['outcomes missing', summary.outcomesMissing],
    ['refusals by the gate', summary.refusals],
    ['persons with two open attempts', summary.personsWithTwoOpenAttempts],
    ['INVITEs seen by the carrier', summary.invitesSeenByCarrier],
    ['most INVITEs to one number', summary.mostInvitesToOneNumber],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    'Summary',
    RULES_LINE,
    ...rows.map(([label, figure]) => `  ${label.padEnd(width)}  ${figure}`.trimEnd()),
  ];
}

function nested(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([key, n]) => [`  ${key}`, n]);
}
