import type { ImportCounts, ImportRejection } from './import-report';
import type { ImportRow } from './import-row';
import type { PhoneOwner } from './phone-owner';

/** A row with what only the shell can add. */
export interface PlannedRow {
  readonly line: number;
  readonly row: ImportRow;
  /** HMAC of the national id, hex. */
  readonly identityHash: string | null;
  /** SHA-256 of the normalised row, hex. */
  readonly contentHash: string;
  /** The id that its debtor gets if it turns out to be a new person. */
  readonly newDebtorId: string;
}

export interface PhoneOnFile {
  readonly owner: PhoneOwner;
}

/** What the database holds of the accounts and persons that the rows name. */
export interface OnFile {
  readonly accounts: ReadonlyMap<string, { readonly debtorId: string }>;
  /** The creditor's own name for a debtor -> debtor. */
  readonly references: ReadonlyMap<string, string>;
  /** Every debtor that is named above or below; null: no identity known. */
  readonly identities: ReadonlyMap<string, string | null>;
  /** debtor -> E.164 -> phone. */
  readonly phones: ReadonlyMap<string, ReadonlyMap<string, PhoneOnFile>>;
}

export interface DebtorFacts {
  readonly id: string;
  readonly name: string;
  readonly identityHash: string | null;
  readonly province: string | null;
  readonly timeZone: string | null;
}

export interface PhoneFacts {
  readonly debtorId: string;
  readonly e164: string;
  readonly owner: PhoneOwner;
  readonly line: string;
}

export interface AccountFacts {
  readonly planned: PlannedRow;
  readonly debtorId: string;
}

/** What has to be written, in the order of the file. */
export interface ImportPlan {
  readonly newDebtors: readonly DebtorFacts[];
  readonly changedDebtors: readonly DebtorFacts[];
  readonly newReferences: readonly { readonly externalId: string; readonly debtorId: string }[];
  readonly newPhones: readonly PhoneFacts[];
  /** Numbers that were the debtor's and are said to be somebody else's: never dialed again. */
  readonly disownedPhones: readonly PhoneFacts[];
  readonly newAccounts: readonly AccountFacts[];
  readonly changedAccounts: readonly AccountFacts[];
  readonly rejections: readonly ImportRejection[];
  readonly counts: ImportCounts;
}

/**
 * Decides what each row means for what is on file. The rows are new or differ from their account
 * on file. A row is refused when it would make one person of two, move an account to another
 * person (the limits of calls a day are counted by person), or make a third party's number the
 * debtor's.
 */
export function planImport(rows: readonly PlannedRow[], onFile: OnFile): ImportPlan {
  const book = new Book(onFile);
  for (const planned of rows) book.enter(planned);
  return book.plan();
}

type Refusal = Omit<ImportRejection, 'line'>;

/** What is on file, plus what the rows before have added. */
class Book {
  private readonly references: Map<string, string>;
  private readonly identities: Map<string, string | null>;
  private readonly byIdentity = new Map<string, string>();
  private readonly phones = new Map<string, Map<string, PhoneOwner>>();
  private readonly newDebtors = new Map<string, DebtorFacts>();
  private readonly changedDebtors = new Map<string, DebtorFacts>();
  private readonly newReferences: { externalId: string; debtorId: string }[] = [];
  private readonly newPhones = new Map<string, PhoneFacts>();
  private readonly disownedPhones = new Map<string, PhoneFacts>();
  private readonly newAccounts: AccountFacts[] = [];
  private readonly changedAccounts: AccountFacts[] = [];
  private readonly rejections: ImportRejection[] = [];

  constructor(private readonly onFile: OnFile) {
    this.references = new Map(onFile.references);
    this.identities = new Map(onFile.identities);
    for (const [id, identity] of onFile.identities) {
      if (identity !== null) this.byIdentity.set(identity, id);
    }
    for (const [debtorId, phones] of onFile.phones) {
      const owners = [...phones].map(([e164, phone]) => [e164, phone.owner] as const);
      this.phones.set(debtorId, new Map(owners));
    }
  }

  enter(planned: PlannedRow): void {
    const { row, line } = planned;
    const referred = this.references.get(row.externalDebtorId);
    const identified =
      planned.identityHash === null ? undefined : this.byIdentity.get(planned.identityHash);
    const debtorId = referred ?? identified;
    const refusal =
      this.refuseIdentity(planned, referred, identified) ??
      this.refuseMove(planned, debtorId) ??
      this.refusePhone(planned, debtorId);
    if (refusal !== null) {
      this.rejections.push({ line, ...refusal });
      return;
    }
    const id = this.enterDebtor(planned, debtorId);
    if (referred === undefined) {
      this.references.set(row.externalDebtorId, id);
      this.newReferences.push({ externalId: row.externalDebtorId, debtorId: id });
    }
    this.enterPhones(row, id);
    const accounts = this.onFile.accounts.has(row.externalAccountId)
      ? this.changedAccounts
      : this.newAccounts;
    accounts.push({ planned, debtorId: id });
  }

  plan(): ImportPlan {
    const { newReferences, newAccounts, changedAccounts, rejections } = this;
    return {
      ...{ newReferences, newAccounts, changedAccounts, rejections },
      newDebtors: [...this.newDebtors.values()],
      changedDebtors: [...this.changedDebtors.values()],
      newPhones: [...this.newPhones.values()],
      disownedPhones: [...this.disownedPhones.values()],
      counts: {
        newCount: newAccounts.length,
        changedCount: changedAccounts.length,
        unchangedCount: 0,
        rejectedCount: rejections.length,
      },
    };
  }

  private refuseIdentity(
    { identityHash }: PlannedRow,
    referred: string | undefined,
    identified: string | undefined,
  ): Refusal | null {
    if (identityHash === null || referred === undefined) return null;
    const known = this.identities.get(referred) ?? null;
    if (known === identityHash || (known === null && identified === undefined)) return null;
    return {
      field: 'national_id',
      reason: known === null ? 'belongs to another debtor on file' : 'differs from the one on file',
      accepted: 'the identity number of this debtor, or nothing',
    };
  }

  private refuseMove({ row }: PlannedRow, debtorId: string | undefined): Refusal | null {
    const account = this.onFile.accounts.get(row.externalAccountId);
    if (account === undefined || account.debtorId === debtorId) return null;
    return {
      field: 'external_debtor_id',
      reason: 'the account is on file for another debtor',
      accepted: 'the external_debtor_id that the account was first imported with',
    };
  }

  private refusePhone({ row }: PlannedRow, debtorId: string | undefined): Refusal | null {
    const onFile = debtorId === undefined ? undefined : this.phones.get(debtorId);
    for (const phone of row.phones) {
      const owner = onFile?.get(phone.e164) ?? 'debtor';
      if (phone.owner !== 'debtor' || owner === 'debtor') continue;
      return {
        field: phone.field,
        reason: `on file as a number of: ${owner}`,
        accepted: `owner ${owner}, or another number: a third party's number is never called`,
      };
    }
    return null;
  }

  private enterDebtor(planned: PlannedRow, known: string | undefined): string {
    const id = known ?? planned.newDebtorId;
    const debtors =
      known === undefined || this.newDebtors.has(id) ? this.newDebtors : this.changedDebtors;
    debtors.set(id, statedFacts(id, planned, debtors.get(id)));
    const identityHash = planned.identityHash ?? this.identities.get(id) ?? null;
    this.identities.set(id, identityHash);
    if (identityHash !== null) this.byIdentity.set(identityHash, id);
    return id;
  }

  private enterPhones(row: ImportRow, debtorId: string): void {
    const onFile = this.phones.get(debtorId) ?? new Map<string, PhoneOwner>();
    this.phones.set(debtorId, onFile);
    for (const { e164, owner, line } of row.phones) {
      const before = onFile.get(e164);
      const key = `${debtorId} ${e164}`;
      const facts = { debtorId, e164, owner, line };
      if (before === undefined || this.newPhones.has(key)) this.newPhones.set(key, facts);
      else if (before === 'debtor' && owner !== 'debtor') this.disownedPhones.set(key, facts);
      if (before === undefined || before === 'debtor') onFile.set(e164, owner);
    }
  }
}

/** What a row says of its debtor; what it leaves empty stays as an earlier row has said it. */
function statedFacts(id: string, planned: PlannedRow, earlier?: DebtorFacts): DebtorFacts {
  const { row, identityHash } = planned;
  return {
    id,
    name: row.name,
    identityHash: identityHash ?? earlier?.identityHash ?? null,
    province: row.province ?? earlier?.province ?? null,
    timeZone: row.timeZone ?? earlier?.timeZone ?? null,
  };
}
