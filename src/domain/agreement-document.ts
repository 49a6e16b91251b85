import { DateTime } from 'luxon';
import { paymentsOf, type AgreementTerms } from './agreement-terms';
import type { AgreementKind } from './option';
import { LANGUAGES, sayDate, sayMoney, type Said } from './said';

/** What the document of an agreement says: written once with it, but the approval and the recording. */
export interface AgreementDocumentFacts {
  readonly id: string;
  readonly version: number;
  readonly kind: AgreementKind;
  /** ISO 4217. */
  readonly currency: string;
  readonly terms: AgreementTerms;
  /** IANA zone in which its days are counted. */
  readonly zone: string;
  readonly policyVersion: number;
  readonly textId: string;
  readonly textEn: string;
  readonly textHash: string;
  readonly madeBy: string;
  readonly acceptedAt: Date;
  readonly creditorName: string;
  readonly creditorCode: string;
  readonly debtorName: string;
  /** The creditor's own number for the person. */
  readonly debtorReference: string | null;
  readonly accountReference: string;
  readonly product: string | null;
  /** What was owed when it was accepted, integer minor units as text; null: not kept. */
  readonly statement: {
    readonly daysPastDue: number;
    readonly due: StatedAmounts;
    readonly total: StatedAmounts;
  } | null;
  readonly offeredAt: Date | null;
  readonly recapAt: Date | null;
  /** Null: nobody else had to approve. */
  readonly approvalState: string | null;
  readonly approvalRole: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  /** Null: the talk was not recorded, or is not stored yet. */
  readonly recordingId: string | null;
  readonly recordingSha256: string | null;
  readonly recordingStartedAt: Date | null;
  readonly recordingMs: number | null;
}

interface StatedAmounts {
  readonly principalMinor: string;
  readonly interestMinor: string;
  readonly penaltyMinor: string;
  readonly feeMinor: string;
}

/** A part of a document, in both languages: a regulator reads Indonesian, and both texts make the hash. */
export type DocumentPart =
  | { readonly part: 'heading'; readonly said: Said }
  | { readonly part: 'row'; readonly label: Said; readonly value: string }
  | { readonly part: 'table'; readonly heads: readonly Said[]; readonly rows: readonly string[][] }
  | { readonly part: 'text'; readonly label: Said; readonly text: string };

/** What kinds of agreement are called. */
export const AGREEMENT_KIND_SAID: Readonly<Record<AgreementKind, Said>> = {
  plan: { id: 'Cicilan', en: 'Payment plan' },
  reschedule: { id: 'Ubah tanggal jatuh tempo', en: 'Another due date' },
  deferment: { id: 'Penundaan', en: 'Deferment' },
  settlement: { id: 'Pelunasan dengan keringanan', en: 'Settlement' },
};
const COMPONENTS: readonly (readonly [keyof StatedAmounts, Said])[] = [
  ['principalMinor', { id: 'Pokok', en: 'Principal' }],
  ['interestMinor', { id: 'Bunga', en: 'Interest' }],
  ['penaltyMinor', { id: 'Denda', en: 'Penalty' }],
  ['feeMinor', { id: 'Biaya', en: 'Fees' }],
];

/** A pure function of its facts: the same agreement has the same document. */
export function agreementDocument(facts: AgreementDocumentFacts): DocumentPart[] {
  return [
    ...parties(facts),
    ...statement(facts),
    ...terms(facts),
    ...wording(facts),
    ...proof(facts),
  ];
}

/**
 * Where in the recording of its talk something was said, ms from its start; null: not recorded, or not
 * while it ran.
 */
export function recordedOffsetMs(
  at: Date | null,
  {
    startedAt,
    durationMs,
  }: { readonly startedAt: Date | null; readonly durationMs: number | null },
): number | null {
  if (at === null || startedAt === null || durationMs === null) return null;
  const offset = at.getTime() - startedAt.getTime();
  return offset >= 0 && offset <= durationMs ? offset : null;
}

const heading = (id: string, en: string): DocumentPart => ({ part: 'heading', said: { id, en } });
const row = (id: string, en: string, value: string): DocumentPart => ({
  ...{ part: 'row', label: { id, en }, value },
});
/** Of the whole width: what must not be broken. */
const block = (id: string, en: string, text: string): DocumentPart => ({
  ...{ part: 'text', label: { id, en }, text },
});
/** `Rp1.250.000`, with marks as in Indonesian: a document has one way to write a figure. */
const money = (minor: string, currency: string): string => sayMoney(BigInt(minor), currency).id;
const dates = (isoDate: string): string =>
  LANGUAGES.map((each) => sayDate(isoDate)[each]).join(' / ');
const sum = (amounts: StatedAmounts): string =>
  COMPONENTS.reduce((total, [component]) => total + BigInt(amounts[component]), 0n).toString();

function instant(at: Date, zone: string): string {
  const local = DateTime.fromJSDate(at, { zone });
  return `${local.toFormat('yyyy-MM-dd HH:mm:ss')} ${zone} (${at.toISOString()})`;
}

function parties(facts: AgreementDocumentFacts): DocumentPart[] {
  const { debtorReference, product } = facts;
  return [
    heading('Para pihak', 'Parties'),
    row('Kreditur', 'Creditor', `${facts.creditorName} (${facts.creditorCode})`),
    row('Debitur', 'Debtor', facts.debtorName),
    ...(debtorReference === null ? [] : [row('Nomor nasabah', 'Customer number', debtorReference)]),
    row('Nomor rekening', 'Account reference', facts.accountReference),
    ...(product === null ? [] : [row('Produk', 'Product', product)]),
    heading('Kesepakatan', 'Agreement'),
    row(
      'Jenis',
      'Kind',
      `${AGREEMENT_KIND_SAID[facts.kind].id} / ${AGREEMENT_KIND_SAID[facts.kind].en}`,
    ),
    row('Nomor kesepakatan', 'Agreement number', `${facts.id}, v${facts.version}`),
    row('Disetujui debitur', 'Accepted by the debtor', instant(facts.acceptedAt, facts.zone)),
    row('Dibuat oleh', 'Made by', facts.madeBy),
    row('Versi kebijakan', 'Version of the policy', String(facts.policyVersion)),
  ];
}

function statement({ statement: stated, currency }: AgreementDocumentFacts): DocumentPart[] {
  const title = heading('Tagihan saat disetujui', 'Statement at acceptance');
  if (stated === null) return [title, row('Tagihan', 'Statement', 'tidak tersimpan / not kept')];
  return [
    title,
    row('Hari tunggakan', 'Days past due', String(Math.max(0, stated.daysPastDue))),
    {
      part: 'table',
      heads: [
        { id: 'Komponen', en: 'Component' },
        { id: 'Jatuh tempo', en: 'Due' },
        { id: 'Seluruhnya', en: 'In all' },
      ],
      rows: [
        ...COMPONENTS.map(([component, said]) => [
          `${said.id} / ${said.en}`,
          money(stated.due[component], currency),
          money(stated.total[component], currency),
        ]),
        ['Jumlah / Sum', money(sum(stated.due), currency), money(sum(stated.total), currency)],
      ],
    },
  ];
}

function terms({ terms: agreed, currency }: AgreementDocumentFacts): DocumentPart[] {
  const payments = paymentsOf(agreed);
  return [
    heading('Syarat', 'Terms'),
    ...termRows(agreed, currency),
    ...(payments.length === 0
      ? []
      : [
          {
            part: 'table',
            heads: [
              { id: 'Angsuran', en: 'Instalment' },
              { id: 'Tanggal', en: 'Date' },
              { id: 'Jumlah', en: 'Amount' },
            ],
            rows: payments.map(({ number, dueDate, amountMinor }) => [
              ...[String(number), dates(dueDate), money(amountMinor, currency)],
            ]),
          } as const,
        ]),
  ];
}

function termRows(agreed: AgreementTerms, currency: string): DocumentPart[] {
  switch (agreed.kind) {
    case 'plan':
      return [
        row(
          'Tunggakan yang dicicil',
          'Arrears in instalments',
          money(agreed.amountMinor, currency),
        ),
      ];
    case 'reschedule':
      return [
        row('Angsuran yang digeser', 'Instalment that moves', String(agreed.instalment)),
        row('Jatuh tempo semula', 'Due before', dates(agreed.fromDueDate)),
        row('Biaya', 'Fee', money(agreed.feeMinor, currency)),
      ];
    case 'deferment':
      return [
        row('Ditunda', 'Deferred', money(agreed.amountMinor, currency)),
        row('Dari', 'From', dates(agreed.from)),
        row('Sampai', 'Until', dates(agreed.until)),
        row('Bunga tambahan', 'Interest added', money(agreed.interestMinor, currency)),
      ];
    case 'settlement':
      return [
        row('Dihapus bila dibayar', 'Written off when paid', money(agreed.writeOffMinor, currency)),
      ];
  }
}

function wording(facts: AgreementDocumentFacts): DocumentPart[] {
  return [
    heading('Naskah', 'Text'),
    block('Bahasa Indonesia', 'Indonesian', facts.textId),
    block('Bahasa Inggris', 'English', facts.textEn),
    block('SHA-256 naskah', 'SHA-256 of the text', facts.textHash),
    block(
      'Cara menghitung',
      'How it is reckoned',
      'naskah Indonesia, LF, naskah Inggris; UTF-8 / Indonesian text, LF, English text; UTF-8',
    ),
  ];
}

function proof(facts: AgreementDocumentFacts): DocumentPart[] {
  const { recordingId, recordingStartedAt: startedAt, recordingMs: durationMs } = facts;
  const second = (at: Date | null): string => {
    const offset = recordedOffsetMs(at, { startedAt, durationMs });
    return offset === null ? '-' : `${Math.floor(offset / 1_000)} s`;
  };
  return [
    heading('Persetujuan orang kedua', 'Approval by a second person'),
    row('Persetujuan', 'Approval', approval(facts)),
    heading('Rekaman', 'Recording'),
    ...(recordingId === null
      ? [row('Rekaman', 'Recording', 'tidak direkam / not recorded')]
      : [
          row('Nomor rekaman', 'Recording', recordingId),
          block('SHA-256 rekaman', 'SHA-256 of the recording', facts.recordingSha256 ?? '-'),
          row('Ditawarkan pada detik', 'Offered at second', second(facts.offeredAt)),
          row('Disetujui pada detik', 'Accepted at second', second(facts.acceptedAt)),
          row('Diulang pada detik', 'Repeated at second', second(facts.recapAt)),
        ]),
  ];
}

function approval(facts: AgreementDocumentFacts): string {
  const { approvalState, approvalRole, decidedBy, decidedAt, zone } = facts;
  if (approvalState === null) {
    return 'dalam wewenang petugas / within the authority of who made it';
  }
  if (decidedBy === null || decidedAt === null) {
    return `${approvalState}: ${approvalRole ?? ''}`;
  }
  return `${approvalState}: ${decidedBy} (${approvalRole ?? ''}), ${instant(decidedAt, zone)}`;
}
