import type { AnnouncementChoice, AnnouncementKind } from '../domain/announcement';
import { ADVISORY_LOCK } from './advisory-lock';
import { one, type Queryable, type Transaction } from './database';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface Announcement extends AnnouncementChoice {
  readonly id: string;
  readonly version: number;
  /** What is said in it; null: nothing is. */
  readonly text: string | null;
  /** Of the file as it was sent, and of the WAV that is played; hexadecimal. */
  readonly sourceSha256: string;
  readonly sha256: string;
  readonly durationMs: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly retiredAt: Date | null;
  /** Is it the one that is played? */
  readonly inForce: boolean;
}

const IN_FORCE = `a.retired_at is null and not exists (select from announcement n
  where n.creditor_id is not distinct from a.creditor_id and n.kind = a.kind
    and n.language = a.language and n.version > a.version and n.retired_at is null)`;

const COLUMNS = `a.id, a.creditor_id as "creditorId", a.kind, a.language, a.version, a.text,
  encode(a.source_sha256, 'hex') as "sourceSha256", encode(a.sha256, 'hex') as sha256,
  a.duration_ms as "durationMs", a.created_at as "createdAt", a.created_by as "createdBy",
  a.retired_at as "retiredAt", (${IN_FORCE}) as "inForce"`;

export interface NewAnnouncement extends AnnouncementChoice {
  readonly text: string | null;
  readonly sourceSha256: Buffer;
  /** A WAV of 16 bits, 8 kHz, mono. */
  readonly audio: Uint8Array;
  readonly sha256: Buffer;
  readonly durationMs: number;
  readonly createdBy: string;
}

/**
 * Puts the next version in force. The same file with the same words again is the version that is in
 * force already: nothing changes.
 */
export async function addAnnouncement(
  tx: Transaction,
  input: NewAnnouncement,
): Promise<{ readonly announcement: Announcement; readonly isNew: boolean }> {
  const { creditorId, kind, language } = input;
  await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK.announcements]);
  const { rows } = await tx.query<Announcement>(
    `select ${COLUMNS} from announcement a where a.creditor_id is not distinct from $1
       and a.kind = $2 and a.language = $3 order by a.version desc`,
    [creditorId, kind, language],
  );
  const current = rows.find(({ inForce }) => inForce);
  if (current?.sourceSha256 === input.sourceSha256.toString('hex') && current.text === input.text)
    return { announcement: current, isNew: false };
  const inserted = await tx.query<Announcement>(
    `insert into announcement as a (creditor_id, kind, language, version, text, source_sha256, audio,
       sha256, duration_ms, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning ${COLUMNS}`,
    [
      ...[creditorId, kind, language, (rows[0]?.version ?? 0) + 1, input.text],
      ...[input.sourceSha256, Buffer.from(input.audio), input.sha256, input.durationMs],
      input.createdBy,
    ],
  );
  return { announcement: one(inserted, 'new announcement'), isNew: true };
}

export async function listAnnouncements(
  db: Queryable,
  filter: {
    /** `house`: those of the house alone; null: all. */
    readonly owner: string | null;
    readonly kind: AnnouncementKind | null;
  },
  page: PageRequest,
): Promise<Page<Announcement>> {
  const { rows } = await db.query<Announcement>(
    `select ${COLUMNS} from announcement a where ($1::uuid is null or a.id < $1)
       and ($2::text is null or coalesce(a.creditor_id::text, 'house') = $2)
       and ($3::text is null or a.kind = $3)
     order by a.id desc limit $4`,
    [page.beforeId, filter.owner, filter.kind, pageFetch(page)],
  );
  return toPage(rows, page);
}

export async function findAnnouncement(db: Queryable, id: string): Promise<Announcement | null> {
  const { rows } = await db.query<Announcement>(
    `select ${COLUMNS} from announcement a where a.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The WAV that is played. */
export async function readAnnouncementAudio(db: Queryable, id: string): Promise<Buffer | null> {
  const { rows } = await db.query<{ audio: Buffer }>(
    'select audio from announcement where id = $1',
    [id],
  );
  return rows[0]?.audio ?? null;
}

/** Takes a version out of force; the one before it that is not retired is played then. Null: it is retired. */
export async function retireAnnouncement(
  tx: Transaction,
  id: string,
  retiredBy: string,
): Promise<Announcement | null> {
  const { rows } = await tx.query<Announcement>(
    `update announcement a set retired_at = now(), retired_by = $2
     where a.id = $1 and a.retired_at is null returning ${COLUMNS}`,
    [id, retiredBy],
  );
  return rows[0] ?? null;
}

/** Running campaigns whose debtors would hear this version now. */
export async function countCampaignsThatPlay(
  db: Queryable,
  { id, creditorId, kind, language }: Announcement,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from campaign c
     where c.state in ('running', 'pausing', 'draining')
       and exists (select from announcement a where a.id = $1 and ${IN_FORCE})
       and (c.creditor_id = $2 or $2::uuid is null and not exists (
         select from announcement o where o.creditor_id = c.creditor_id and o.kind = $3
           and o.language = $4 and o.retired_at is null))`,
    [id, creditorId, kind, language],
  );
  return rows[0]?.count ?? 0;
}

/** Those in force for a creditor: its own, and the house's. */
export async function listAnnouncementsInForce(
  db: Queryable,
  creditorId: string | null,
): Promise<Announcement[]> {
  const { rows } = await db.query<Announcement>(
    `select ${COLUMNS} from announcement a
     where (a.creditor_id is null or a.creditor_id = $1) and ${IN_FORCE}`,
    [creditorId],
  );
  return rows;
}

/** Who is on the other side of an attempt: whose announcements it plays, in which language. */
export async function readListener(
  db: Queryable,
  attemptId: string,
): Promise<{ readonly creditorId: string; readonly language: string }> {
  const { rows } = await db.query<{ creditorId: string; language: string }>(
    `select t.creditor_id as "creditorId", coalesce(d.language, 'id') as language
     from attempt t left join debtor d on d.id = t.debtor_id where t.id = $1`,
    [attemptId],
  );
  const [listener] = rows;
  if (listener === undefined) throw new Error('the attempt is not there');
  return listener;
}
