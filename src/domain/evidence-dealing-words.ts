import type { AgreementState } from './agreement';
import { AGREEMENT_KIND_SAID } from './agreement-document';
import type { ApprovalState } from './agreement-approval';
import type { CaseKind } from './case-kind';
import type { CaseState } from './case-state';
import type { MessageKind } from './message-kind';
import type { MessageState } from './message-state';
import type { PromiseState } from './promise';
import type { Said } from './said';

/*
 * States and kinds of what was agreed, paid, written and complained about, for who reads the evidence
 * pack: the same code means another thing of a promise than of a call.
 */

const AGREEMENT: Readonly<Record<AgreementState, Said>> = {
  proposed: { id: 'diusulkan', en: 'proposed' },
  pending_approval: { id: 'menunggu persetujuan atasan', en: 'waiting for approval' },
  active: { id: 'berlaku', en: 'in force' },
  completed: { id: 'dipenuhi', en: 'kept in full' },
  broken: { id: 'tidak dipenuhi', en: 'broken' },
  cancelled: { id: 'dibatalkan', en: 'cancelled' },
  expired: { id: 'lewat waktu tanpa keputusan', en: 'ran out undecided' },
  superseded: { id: 'diganti kesepakatan baru', en: 'replaced by a newer one' },
};
const APPROVAL: Readonly<Record<ApprovalState, Said>> = {
  asked: { id: 'diminta', en: 'asked' },
  late: { id: 'belum dijawab pada waktunya', en: 'not answered in time' },
  approved: { id: 'disetujui', en: 'approved' },
  rejected: { id: 'tidak disetujui', en: 'refused' },
  withdrawn: { id: 'ditarik', en: 'withdrawn' },
};
const PROMISE: Readonly<Record<PromiseState, Said>> = {
  proposed: { id: 'menunggu persetujuan', en: 'waiting for approval' },
  approved: { id: 'disetujui', en: 'approved' },
  open: { id: 'belum jatuh waktu', en: 'open' },
  partially_kept: { id: 'dibayar sebagian', en: 'paid in part' },
  kept: { id: 'ditepati', en: 'kept' },
  broken: { id: 'tidak ditepati', en: 'broken' },
  cancelled: { id: 'dibatalkan', en: 'cancelled' },
  superseded: { id: 'diganti', en: 'replaced' },
};
const MESSAGE: Readonly<Record<MessageState, Said>> = {
  queued: { id: 'belum dikirim', en: 'not sent yet' },
  sending: { id: 'sedang dikirim', en: 'being sent' },
  sent: { id: 'terkirim', en: 'sent' },
  delivered: { id: 'sampai', en: 'delivered' },
  read: { id: 'dibaca', en: 'read' },
  no_channel: { id: 'tidak terkirim: tidak ada saluran', en: 'not sent: no channel' },
  failed: { id: 'gagal', en: 'failed' },
  expired: { id: 'tidak dikirim: lewat waktu', en: 'not sent: too late' },
  cancelled: { id: 'tidak dikirim: dibatalkan', en: 'not sent: cancelled' },
};
const MESSAGE_KIND: Readonly<Record<MessageKind, Said>> = {
  promise_reminder: { id: 'pengingat janji bayar', en: 'reminder of a promise' },
  recap: { id: 'ringkasan kesepakatan', en: 'recap of what was agreed' },
  pre_due: { id: 'pemberitahuan jatuh tempo', en: 'notice of a due date' },
  payment_thanks: { id: 'terima kasih atas pembayaran', en: 'thanks for a payment' },
  dispute_answer: { id: 'jawaban atas keberatan', en: 'answer to a dispute' },
  payment_details: { id: 'cara membayar', en: 'how to pay' },
  survey: { id: 'survei', en: 'survey' },
  missed_call: { id: 'panggilan tak terjawab', en: 'missed call' },
};
const CASE_KIND: Readonly<Record<CaseKind, Said>> = {
  dispute: { id: 'keberatan atas utang', en: 'dispute' },
  hardship: { id: 'kesulitan membayar', en: 'hardship' },
  vulnerability: { id: 'keadaan rentan', en: 'vulnerability' },
  wrong_party: { id: 'salah orang', en: 'wrong party' },
  deceased: { id: 'meninggal dunia', en: 'deceased' },
  cease: { id: 'minta tidak dihubungi', en: 'asks not to be contacted' },
  complaint: { id: 'pengaduan', en: 'complaint' },
  abuse: { id: 'perlakuan kasar oleh petugas', en: 'abuse by one of us' },
  debtor_abuse: { id: 'perlakuan kasar terhadap petugas', en: 'abuse of an agent' },
};
const CASE: Readonly<Record<CaseState, Said>> = {
  open: { id: 'terbuka', en: 'open' },
  in_review: { id: 'ditelaah', en: 'in review' },
  waiting: { id: 'menunggu', en: 'waiting' },
  upheld: { id: 'diterima', en: 'upheld' },
  rejected: { id: 'tidak diterima', en: 'rejected' },
  withdrawn: { id: 'ditarik', en: 'withdrawn' },
  ended: { id: 'berakhir', en: 'ended' },
};

const DEALING_CODES = {
  agreementKind: AGREEMENT_KIND_SAID,
  agreement: AGREEMENT,
  approval: APPROVAL,
  promise: PROMISE,
  message: MESSAGE,
  messageKind: MESSAGE_KIND,
  case: CASE,
  caseKind: CASE_KIND,
} as const;

/** A code in words; one that a later release wrote, as it is. */
export function dealingWords(of: keyof typeof DEALING_CODES, code: string): Said {
  const said: Readonly<Record<string, Said>> = DEALING_CODES[of];
  return said[code] ?? { id: code, en: code };
}

export const DEALING_TITLES = {
  agreements: { id: 'Kesepakatan', en: 'Agreements' },
  instalment: { id: 'Angsuran', en: 'Instalment' },
  dueDate: { id: 'Jatuh tempo', en: 'Due' },
  amount: { id: 'Jumlah', en: 'Amount' },
  paid: { id: 'Dibayar', en: 'Paid' },
  state: { id: 'Keadaan', en: 'State' },
  made: { id: 'Dibuat', en: 'Made' },
  method: { id: 'Cara', en: 'Method' },
  provider: { id: 'Melalui', en: 'Through' },
  told: { id: 'Diterima kabarnya', en: 'Told to us' },
  accepted: { id: 'Disetujui debitur', en: 'Accepted by the debtor' },
  since: { id: 'sejak', en: 'since' },
  replaces: { id: 'menggantikan', en: 'replaces' },
  madeBy: { id: 'dibuat oleh', en: 'made by' },
  approval: { id: 'Persetujuan atasan', en: 'Approval' },
  notNeeded: { id: 'dalam wewenang petugas', en: 'within the authority of who made it' },
  askedBy: { id: 'diminta oleh', en: 'asked by' },
  decidedBy: { id: 'diputuskan oleh', en: 'decided by' },
  document: { id: 'Dokumen', en: 'Document' },
  textHash: { id: 'SHA-256 teks', en: 'SHA-256 of the text' },
  promises: { id: 'Janji bayar', en: 'Promises to pay' },
  payments: { id: 'Pembayaran', en: 'Payments' },
  takenBack: { id: 'ditarik kembali', en: 'taken back' },
  messages: { id: 'Pesan', en: 'Messages' },
  cases: { id: 'Keberatan dan pengaduan', en: 'Disputes and complaints' },
  recordings: { id: 'Rekaman', en: 'Recordings' },
  seconds: { id: 'detik', en: 's' },
} as const satisfies Record<string, Said>;
