import { checkContact, type ContactInput } from '../domain/contact-input';
import { recordAudit } from './audit';
import { restAfterContact } from './case-holds';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import {
  findByOrigin,
  instantOf,
  sayTheSame,
  lockSubject,
  otherFact,
  refusedFact,
  type FactWrite,
} from './fact-write';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

/** A contact that this program did not make itself; with the attempts it is the contact ledger. */
export interface Contact {
  readonly id: string;
  readonly at: Date;
  readonly direction: 'out' | 'in';
  readonly mode: string;
  readonly outcome: ContactInput['outcome'];
  readonly debtorId: string;
  readonly accountIds: string[];
  readonly e164: string | null;
  readonly place: 'home' | 'mobile' | 'work';
  readonly creditorId: string | null;
  readonly note: string | null;
  readonly source: string;
  readonly externalId: string | null;
  readonly recordedBy: string;
  readonly recordedAt: Date;
}

const COLUMNS = `id, at, direction, mode, outcome, debtor_id as "debtorId",
  account_ids as "accountIds", e164, place, creditor_id as "creditorId", note, source,
  external_id as "externalId", recorded_by as "recordedBy", recorded_at as "recordedAt"`;

/** Enters a contact into the ledger: from its commit on every limit counts it. Never taken back. */
export async function recordContact(
  tx: Transaction,
  input: ContactInput,
  actor: string,
): Promise<FactWrite<Contact>> {
  const subject = await lockSubject(tx, {
    debtorId: input.debtorId,
    number: input.number ?? null,
    creditorId: input.creditorId ?? null,
  });
  if (subject.kind === 'refused') return subject;
  const [problem] = checkContact(input, subject.now);
  if (problem !== undefined) return { kind: 'refused', problem };
  const creditors = await creditorsOf(tx, input);
  if (creditors.accounts < input.accountIds.length) {
    return refusedFact('accountIds', 'names an account of somebody else', 'the person’s accounts');
  }
  const creditorId = input.creditorId ?? creditors.only;
  const told = await findByOrigin<Origin>(tx, ORIGIN, input);
  if (told !== null) {
    const before = await findTold(tx, told);
    return before !== null && isSame(before, input, creditorId)
      ? { kind: 'repeated', fact: before }
      : otherFact('contact');
  }
  const contact = await insertContact(tx, input, creditorId, actor);
  await recordChange(tx, contact, actor);
  if (contact.direction === 'out') {
    const { debtorId, id: contactId, at } = contact;
    await restAfterContact(tx, { debtorId, contactId, at });
  }
  return { kind: 'written', fact: contact };
}

/** Where the contact is that a source has told under an id of its own. */
interface Origin {
  readonly id: string;
  readonly at: Date;
}
const ORIGIN = 'select contact_id as id, contact_at as at from contact_origin';

/** Null: its month was detached. */
async function findTold(tx: Transaction, { id, at }: Origin): Promise<Contact | null> {
  const { rows } = await tx.query<Contact>(
    `select ${COLUMNS} from contact where id = $1 and at = $2`,
    [id, at],
  );
  return rows[0] ?? null;
}

/** How many of the accounts are the person's, and their creditor when it is but one. */
async function creditorsOf(
  tx: Transaction,
  { accountIds, debtorId }: Pick<ContactInput, 'accountIds' | 'debtorId'>,
): Promise<{ accounts: number; only: string | null }> {
  if (accountIds.length === 0) return { accounts: 0, only: null };
  const { rows } = await tx.query<{ creditorId: string }>(
    'select creditor_id as "creditorId" from account where id = any($1) and debtor_id = $2',
    [accountIds, debtorId],
  );
  const creditors = new Set(rows.map(({ creditorId }) => creditorId));
  const [first = null] = creditors;
  return { accounts: rows.length, only: creditors.size === 1 ? first : null };
}

function isSame(contact: Contact, input: ContactInput, creditorId: string | null): boolean {
  const { at, direction, mode, outcome, debtorId, accountIds, e164, place } = contact;
  return sayTheSame(
    [
      at,
      direction,
      mode,
      outcome,
      debtorId,
      accountIds.toSorted(),
      e164,
      place,
      contact.creditorId,
    ],
    [
      instantOf(input.at),
      input.direction,
      input.mode,
      input.outcome,
      input.debtorId,
      input.accountIds.toSorted(),
      input.number,
      input.place,
      creditorId,
    ],
  );
}

async function insertContact(
  tx: Transaction,
  input: ContactInput,
  creditorId: string | null,
  actor: string,
): Promise<Contact> {
  return one(
    await tx.query<Contact>(
      `with entered as (
         insert into contact (at, direction, mode, outcome, debtor_id, account_ids, e164, place,
           creditor_id, note, source, external_id, recorded_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning *),
       named as (
         insert into contact_origin (source, external_id, contact_id, contact_at)
         select source, external_id, id, at from entered where external_id is not null)
       select ${COLUMNS} from entered`,
      [
        input.at,
        input.direction,
        input.mode,
        input.outcome,
        input.debtorId,
        input.accountIds,
        input.number ?? null,
        input.place,
        creditorId,
        input.note ?? null,
        input.source,
        input.externalId ?? null,
        actor,
      ],
    ),
    'new contact',
  );
}

async function recordChange(tx: Transaction, contact: Contact, actor: string): Promise<void> {
  const { id, direction, mode, outcome, debtorId, accountIds, creditorId, source } = contact;
  const at = contact.at.toISOString();
  await recordAudit(tx, {
    creditorId,
    actor,
    action: 'contact.recorded',
    subject: 'contact',
    subjectId: id,
    before: null,
    after: { at, direction, mode, outcome, debtorId, accountIds, creditorId, source },
    reason: null,
  });
  await appendEvent(tx, {
    type: 'contact.recorded',
    creditorId,
    payload: { contactId: id, debtorId, at, direction, outcome },
  });
}

export async function listContacts(
  db: Queryable,
  filter: {
    readonly debtorId: string | null;
    readonly accountId: string | null;
    readonly direction: 'out' | 'in' | null;
  },
  page: PageRequest,
): Promise<Page<Contact>> {
  const { rows } = await db.query<Contact>(
    `select ${COLUMNS} from contact
     where ($1::uuid is null or id < $1) and ($2::uuid is null or debtor_id = $2)
       and ($3::uuid is null or $3 = any(account_ids)) and ($4::text is null or direction = $4)
     order by id desc limit $5`,
    [page.beforeId, filter.debtorId, filter.accountId, filter.direction, pageFetch(page)],
  );
  return toPage(rows, page);
}

export async function findContact(db: Queryable, id: string): Promise<Contact | null> {
  const { rows } = await db.query<Contact>(`select ${COLUMNS} from contact where id = $1`, [id]);
  return rows[0] ?? null;
}
