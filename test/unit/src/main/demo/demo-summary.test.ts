import {
  findFaults,
  renderSummary,
  summarise,
  type CampaignReportFigures,
} from '../../../../../src/main/demo/demo-summary';

const report: CampaignReportFigures = {
  attempts: 10,
  dialed: 9,
  answered: 5,
  connected: 4,
  abandoned: 1,
  rightPartyContacts: 3,
  outcomesMissing: 0,
  refusals: 2,
  attemptsByResult: { busy: 2, connected: 4, no_answer: 3, expired: 1 },
  outcomesByCode: { RPC_PTP: 2, RPC_REFUSE: 1 },
  promises: [{ currency: 'IDR', count: 2, amountMinor: '200000000' }],
  bestTime: { model: { dials: 8, per1000: 375 }, control: { dials: 0, per1000: null } },
};

const collected = {
  ...{ promisesKept: 2, promisesBroken: 1, followUps: 1, payments: 3, callsAfterPayment: 0 },
  ...{ plans: 1, deferments: 1, settlements: 1, approvals: 1 },
  ...{ disputes: 2, conflicts: 1, reflections: 1 },
};

const summary = summarise({
  seconds: 60.04,
  report,
  collected,
  attemptsOpen: 0,
  personsWithTwoOpenAttempts: 0,
  invites: new Map([
    ['+6281200001234', 2],
    ['+6281200001235', 7],
  ]),
});

describe('the summary of a demonstration', () => {
  it('takes its figures from the report and the carrier', () => {
    expect(summary).toMatchObject({
      seconds: 60,
      attempts: 10,
      dialed: 9,
      answered: 5,
      connected: 4,
      rightParty: 3,
      promises: 2,
      refusals: 2,
      abandoned: 1,
      personsWithTwoOpenAttempts: 0,
      invitesSeenByCarrier: 9,
      mostInvitesToOneNumber: 7,
    });
    expect(JSON.stringify(summary)).not.toContain('62812');
  });

  it('is a table for a person, most frequent first', () => {
    const lines = renderSummary(summary);
    expect(lines[1]).toBe('rules: DEMO.OPEN (always open, for demonstration only)');
    expect(lines).toContain('  promised                        Rp2.000.000');
    expect(lines).toContain('  right party per 1,000 dials     375 (8 dials)');
    expect(lines).toContain('  the same, control group         no dials');
    expect(lines).toContain('  settlements                     1 (1 approved by a supervisor)');
    const results = lines.filter((line) => /^ {4}[a-z_]+ /.test(line)).map((line) => line.trim());
    expect(results.map((line) => line.split(/\s+/)[0])).toEqual([
      'connected',
      'no_answer',
      'busy',
      'expired',
    ]);
  });

  it('names what must never be', () => {
    expect(findFaults(summary)).toEqual([]);
    expect(findFaults({ ...summary, personsWithTwoOpenAttempts: 1 })).toHaveLength(1);
    expect(findFaults({ ...summary, attemptsOpen: 1 })).toHaveLength(1);
    expect(findFaults({ ...summary, callsAfterPayment: 1 })).toHaveLength(1);
    expect(findFaults({ ...summary, invitesSeenByCarrier: 10 })).toEqual([
      'the carrier saw more INVITEs than the database knows of',
    ]);
  });

  it('is zero for a carrier that saw nothing', () => {
    const none = summarise({
      seconds: 1,
      report,
      collected,
      attemptsOpen: 0,
      personsWithTwoOpenAttempts: 0,
      invites: new Map(),
    });
    expect(none.invitesSeenByCarrier).toBe(0);
    expect(none.mostInvitesToOneNumber).toBe(0);
  });
});
