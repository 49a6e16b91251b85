import { EVIDENCE_FORMAT, type EvidenceBundle } from '../../src/domain/evidence-bundle';
import type { EvidenceDealings } from '../../src/domain/evidence-dealings';

const PROMISE = {
  ...{ creditor: 'contoh', accountId: 'account-1', attemptId: 'attempt-1', number: 1 },
  ...{ currency: 'IDR', keptMinor: '0', method: 'qris', state: 'open', changes: [] },
  ...{ createdAt: '2026-11-23T01:03:00.000Z', decidedAt: null, decidedReason: null },
};

/** A promise, a settlement with one payment, which was paid, its recap and a dispute. */
const DEALINGS: EvidenceDealings = {
  promises: [
    {
      ...PROMISE,
      id: 'promise-1',
      agreementId: null,
      amountMinor: '15000000',
      dueDate: '2026-11-30',
    },
    {
      ...{ ...PROMISE, id: 'promise-2', agreementId: 'agreement-1', amountMinor: '12500000' },
      ...{ dueDate: '2026-12-05', keptMinor: '12500000', state: 'kept', decidedReason: 'paid' },
      decidedAt: '2026-11-25T03:00:00.000Z',
    },
  ],
  agreements: [
    {
      ...{ id: 'agreement-1', creditor: 'contoh', accountId: 'account-1', attemptId: 'attempt-1' },
      ...{ kind: 'settlement', version: 1, replacesId: null, currency: 'IDR' },
      ...{ state: 'completed', stateSince: '2026-11-25T03:00:01.000Z', stateReason: 'kept' },
      ...{ acceptedAt: '2026-11-23T01:04:00.000Z', activeAt: '2026-11-23T01:05:00.000Z' },
      ...{ brokenAt: null, madeBy: 'agent:agent-1', textHash: '56'.repeat(32) },
      terms: {
        kind: 'settlement',
        payments: [{ number: 1, dueDate: '2026-12-05', amountMinor: '12500000' }],
        waived: { principalMinor: '0', interestMinor: '0', penaltyMinor: '2500000', feeMinor: '0' },
        writeOffMinor: '2500000',
      },
      instalments: [
        {
          ...{ number: 1, dueDate: '2026-12-05', amountMinor: '12500000' },
          ...{ promiseId: 'promise-2', state: 'kept', keptMinor: '12500000' },
        },
      ],
      text: { id: 'Lunas dengan Rp125.000.', en: 'Settled by Rp125,000.' },
      approval: {
        ...{ state: 'approved', needsRole: 'supervisor', askedBy: 'agent:agent-1' },
        ...{ askedAt: '2026-11-23T01:04:00.000Z', decidedBy: 'key:2', reason: null },
        decidedAt: '2026-11-23T01:05:00.000Z',
      },
      document: { file: 'agreement-agreement-1.pdf', sha256: '78'.repeat(32) },
    },
  ],
  payments: [
    {
      ...{ id: 'payment-1', creditor: 'contoh', accountId: 'account-1', provider: 'bank-contoh' },
      ...{ providerPaymentId: 'P-1', amountMinor: '12500000', currency: 'IDR', method: 'qris' },
      ...{ reference: null, paidAt: '2026-11-25T02:59:00.000Z', reversedAt: null },
      ...{ receivedAt: '2026-11-25T03:00:00.000Z', reversalReason: null },
    },
  ],
  messages: [
    {
      ...{ id: 'message-1', creditor: 'contoh', accountId: 'account-1', kind: 'recap' },
      ...{ subjectId: 'agreement-1', state: 'delivered', cause: null },
      ...{ queuedAt: '2026-11-23T01:04:00.000Z', sendAt: '2026-11-23T01:04:00.000Z' },
      text: { id: 'Terima kasih.', en: 'Thank you.' },
      sentAt: '2026-11-23T01:06:00.000Z',
      sends: [
        {
          ...{ id: 'send-1', channel: 'whatsapp', number: '+62 8** **** 234', language: 'id' },
          ...{ state: 'delivered', claimedAt: '2026-11-23T01:06:00.000Z', failure: null },
          ...{ receiptAt: '2026-11-23T01:06:05.000Z', contactId: 'contact-1' },
        },
      ],
    },
  ],
  cases: [
    {
      ...{ id: 'case-1', creditor: 'contoh', accountId: 'account-1', attemptId: 'attempt-1' },
      ...{ kind: 'dispute', type: 'wrong_amount', scope: 'account', state: 'upheld' },
      ...{ claim: 'denda keliru', openedBy: 'agent:agent-1', remedy: 'adjusted' },
      ...{ openedAt: '2026-11-23T01:02:00.000Z', dueAt: '2026-11-30T01:02:00.000Z' },
      ...{ decidedAt: '2026-11-26T01:00:00.000Z', decidedBy: 'key:2', adjustMinor: '2500000' },
      ...{ decisionReason: 'salah hitung', proofs: [] },
    },
  ],
  recordings: [
    {
      ...{ id: 'recording-1', creditor: 'contoh', attemptId: 'attempt-1', state: 'ready' },
      ...{ startedAt: '2026-11-23T01:00:05.000Z', durationMs: 120_000, sha256: '9a'.repeat(32) },
      ...{ erasedAt: null, eraseReason: null },
    },
  ],
};

/** A made-up person's pack: one call, one call that was not made, a hold, and what was agreed. */
export function evidenceBundle(change: Partial<EvidenceBundle> = {}): EvidenceBundle {
  const proof = {
    signature: 'valid',
    recordSha256: 'ab'.repeat(32),
    signatureHex: 'cd'.repeat(64),
    keyId: '0123456789abcdef',
    chain: 'creditor:c1',
    seq: '7',
    hash: 'ef'.repeat(32),
  } as const;
  const decision = {
    creditor: 'contoh',
    campaign: 'Kampanye',
    accountId: 'account-1',
    phoneId: 'phone-1',
    localTimes: ['Mon 2026-11-23 08:00:00'],
    packs: ['ID.OJK.POJK22@1'],
    proof,
    record: '{"id":"x"}',
  };
  return {
    format: EVIDENCE_FORMAT,
    madeAt: '2026-11-24T02:00:00.000Z',
    madeBy: 'cli',
    engine: '0.1.0',
    reason: 'pengaduan 12/2026',
    period: { from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' },
    creditor: null,
    numbersShown: false,
    person: {
      id: 'debtor-1',
      name: 'Orang Contoh',
      province: 'ID-JK',
      statedZone: null,
      language: 'id',
      references: [{ creditor: 'contoh', externalId: 'N-1' }],
      phones: [
        {
          id: 'phone-1',
          number: '+62 8** **** 234',
          owner: 'debtor',
          line: 'mobile',
          place: 'mobile',
          status: 'active',
        },
      ],
    },
    summary: {
      attempts: 1,
      counted: 1,
      connected: 1,
      transfers: 1,
      denials: 1,
      denialsByRule: [{ rule: 'pojk22.62-2-f.window', decisions: 1 }],
      mostOnOneDay: { date: '2026-11-23', calls: 2 },
      signatures: { valid: 2, invalid: 0, none: 0 },
      chained: 2,
      promises: 2,
      agreements: 1,
      payments: 1,
      messages: 1,
      cases: 1,
    },
    accounts: [
      {
        id: 'account-1',
        creditor: 'contoh',
        externalId: 'A-1',
        product: null,
        currency: 'IDR',
        amountDueMinor: '15000000',
        dueDate: '2026-10-01',
        status: 'open',
        blockedReason: null,
      },
    ],
    attempts: [
      {
        id: 'attempt-1',
        direction: 'out',
        creditor: 'contoh',
        campaign: 'Kampanye',
        accountId: 'account-1',
        phoneId: 'phone-1',
        number: '+62 8** **** 234',
        purpose: 'collect',
        mode: 'progressive',
        agentId: 'agent-1',
        state: 'ended',
        result: 'connected',
        counted: true,
        sipStatus: 200,
        endedBy: 'debtor',
        overtimeMs: null,
        createdAt: '2026-11-23T01:00:00.000Z',
        dialedAt: '2026-11-23T01:00:01.000Z',
        ringingAt: '2026-11-23T01:00:02.000Z',
        answeredAt: '2026-11-23T01:00:05.000Z',
        connectedAt: '2026-11-23T01:00:05.200Z',
        endedAt: '2026-11-23T01:02:05.000Z',
        decisionIds: ['decision-1'],
        changes: [
          {
            at: '2026-11-23T01:00:00.000Z',
            from: null,
            to: 'reserved',
            cause: 'permitted',
            actor: 'scheduler',
          },
        ],
        outcome: {
          code: 'RPC_PTP',
          rootCause: 'salary_late',
          note: 'gaji terlambat',
          callbackAt: null,
          recordedBy: 'agent:agent-1',
          recordedAt: '2026-11-23T01:03:00.000Z',
        },
      },
    ],
    transfers: [
      {
        ...{ id: 'transfer-1', attemptId: 'attempt-1', creditor: 'contoh' },
        ...{ accountId: 'account-1', decisionId: 'decision-3', phoneId: 'phone-2' },
        ...{ number: '+62 8** **** 567', kind: 'attended', agentId: 'agent-1', state: 'failed' },
        ...{ cause: 'busy_here', sipStatus: 486, invitedAt: '2026-11-23T01:01:30.000Z' },
        ...{ ringingAt: null, answeredAt: null, joinedAt: null },
        endedAt: '2026-11-23T01:01:31.000Z',
      },
    ],
    decisions: [
      {
        ...decision,
        id: 'decision-1',
        at: '2026-11-23T01:00:00.000Z',
        stage: 'invite',
        verdict: 'allow',
        deniedBy: null,
        attemptId: 'attempt-1',
        nextAllowedAt: null,
        expiresAt: '2026-11-23T01:00:30.000Z',
        failing: [],
        passed: [{ rule: 'pojk22.62-2-f.window', cite: 'POJK 22/2023 Pasal 62(2)f', force: 'law' }],
      },
      {
        ...decision,
        id: 'decision-2',
        at: '2026-11-22T13:00:00.000Z',
        stage: 'reserve',
        verdict: 'deny',
        deniedBy: 'pojk22.62-2-f.window',
        attemptId: null,
        localTimes: ['Sun 2026-11-22 20:00:00'],
        nextAllowedAt: '2026-11-23T01:00:00.000Z',
        expiresAt: null,
        failing: [
          {
            rule: 'pojk22.62-2-f.window',
            cite: 'POJK 22/2023 Pasal 62(2)f',
            force: 'law',
            words: { id: 'Di luar jam yang diizinkan.', en: 'Outside the allowed hours.' },
          },
        ],
        passed: [],
      },
    ],
    holds: [
      {
        id: 'hold-1',
        kind: 'dispute',
        reason: 'jumlah tidak sesuai',
        scope: 'account A-1',
        evidence: null,
        from: '2026-11-23T02:00:00.000Z',
        to: null,
        startsOn: null,
        days: null,
        placedBy: 'key:1',
        placedAt: '2026-11-23T02:00:00.000Z',
        liftedAt: null,
        liftedBy: null,
        liftReason: null,
      },
    ],
    ...DEALINGS,
    consents: [],
    preferences: [],
    contacts: [],
    audit: [],
    packs: [
      {
        key: 'ID.OJK.POJK22@1',
        title: 'POJK 22/2023',
        sha256: '12'.repeat(32),
        reviewed: false,
        sources: [{ citation: 'Pasal 62', url: null }],
      },
    ],
    keys: [{ id: '0123456789abcdef', publicKey: '34'.repeat(32) }],
    ...change,
  };
}
