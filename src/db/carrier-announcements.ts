import {
  recognize,
  type AnnouncementClass,
  type KnownAnnouncement,
} from '../domain/carrier-announcement';
import { operatorOfNumber } from '../domain/phone-operator';
import { ADVISORY_LOCK } from './advisory-lock';
import type { Database, Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { readDialedNumber } from './trunk-routing';

/** An announcement of a carrier's, without its sound. */
export interface CarrierAnnouncement {
  readonly id: string;
  readonly class: AnnouncementClass | null;
  readonly label: string | null;
  readonly labelledBy: string | null;
  readonly labelledAt: Date | null;
  /** Whose numbers were called when it was first heard; null: it is not known. */
  readonly operator: string | null;
  readonly trunkId: string | null;
  readonly heard: number;
  readonly firstHeardAt: Date;
  readonly lastHeardAt: Date;
  /** How often each status came after it; `none`: we gave up. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly hasAudio: boolean;
}

/** The purpose under which a clip is sealed. */
export const CLIP = 'carrier_announcement.clip';

const COLUMNS = `id, class, label, labelled_by as "labelledBy", labelled_at as "labelledAt", operator,
  trunk_id as "trunkId", heard, first_heard_at as "firstHeardAt", last_heard_at as "lastHeardAt",
  statuses, clip_sealed is not null as "hasAudio"`;

/** Of those that nobody has listened to so many are kept: more are ring-back music, not announcements. */
const MOST_UNLABELLED = 2_000;
/** Nobody has said what it is, and nobody hears it any more. */
const FORGOTTEN_AFTER_DAYS = 90;
/** As recordings are kept, unless their creditor says otherwise. */
const CLIP_KEPT_MONTHS = 24;

/** All that are known, to be compared with what is heard. */
export async function listKnownAnnouncements(db: Queryable): Promise<KnownAnnouncement[]> {
  const { rows } = await db.query<KnownAnnouncement>(
    'select id, print, class from carrier_announcement order by id',
  );
  return rows;
}

/** Another one whenever the list has changed. */
export async function readAnnouncementsVersion(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ version: string }>(
    `select concat_ws(' ', count(*), max(first_heard_at), max(labelled_at)) as version
     from carrier_announcement`,
  );
  return rows[0]?.version ?? '';
}

/** What a leg ended with. */
export interface Hearing {
  readonly callId: string;
  readonly legId: string;
  readonly phoneId: string;
  readonly trunkId: string;
  /** Null: we gave up. */
  readonly sipStatus: number | null;
  readonly print: Uint8Array;
  readonly clipSealed: Buffer;
  /** What it was taken for. */
  readonly announced: AnnouncementClass | null;
  /** False: one that is not known is not kept. */
  readonly keepsNew: boolean;
}

/** Keeps that an announcement was heard, once a leg: another hearing of a known one, or a new one. */
export function keepHearing(db: Database, hearing: Hearing): Promise<void> {
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK.carrierAnnouncements]);
    const { legId, callId, announced } = hearing;
    const kept = await tx.query(
      `select from call_leg where call_id = $1 and id = $2 and carrier_announcement_id is not null`,
      [callId, legId],
    );
    if (kept.rowCount !== 0) return;
    const id = await hearAgain(tx, hearing);
    if (id === null) return;
    await tx.query(
      `update call_leg set carrier_announcement_id = $3, announced = $4 where call_id = $1 and id = $2`,
      [callId, legId, id, announced],
    );
  });
}

/** @returns null: it is not known, and is not to be */
async function hearAgain(tx: Transaction, hearing: Hearing): Promise<string | null> {
  const { print, sipStatus, keepsNew } = hearing;
  const status = sipStatus === null ? 'none' : sipStatus.toString();
  const known = recognize(print, await listKnownAnnouncements(tx));
  if (known === null) return keepsNew ? addAnnouncement(tx, hearing, status) : null;
  await tx.query(
    `update carrier_announcement set heard = heard + 1, last_heard_at = clock_timestamp(),
       statuses = jsonb_set(statuses, array[$2::text], to_jsonb(coalesce((statuses->>$2::text)::int, 0) + 1))
     where id = $1`,
    [known.id, status],
  );
  return known.id;
}

async function addAnnouncement(
  tx: Transaction,
  hearing: Hearing,
  status: string,
): Promise<string | null> {
  const { print, clipSealed, trunkId, phoneId } = hearing;
  const dialed = await readDialedNumber(tx, phoneId);
  const { rows } = await tx.query<{ id: string }>(
    `insert into carrier_announcement (print, clip_sealed, operator, trunk_id, statuses)
     select $1, $2, $3, $4, jsonb_build_object($5::text, 1)
     where (select count(*) from carrier_announcement where class is null) < ${MOST_UNLABELLED}
     returning id`,
    [
      ...[Buffer.from(print), clipSealed, dialed.operator ?? operatorOfNumber(dialed.e164)],
      ...[trunkId, status],
    ],
  );
  const id = rows[0]?.id ?? null;
  if (id !== null)
    await appendEvent(tx, {
      type: 'carrier_announcement.found',
      payload: { carrierAnnouncementId: id, sipStatus: hearing.sipStatus, trunkId },
    });
  return id;
}

/** The worklist is of those that nobody has labelled; the most heard first. */
export async function listCarrierAnnouncements(
  db: Queryable,
  filter: { readonly labelled: boolean | null; readonly class: AnnouncementClass | null },
  limit: number,
): Promise<CarrierAnnouncement[]> {
  const { rows } = await db.query<CarrierAnnouncement>(
    `select ${COLUMNS} from carrier_announcement
     where ($1::boolean is null or (class is not null) = $1) and ($2::text is null or class = $2)
     order by heard desc, id limit $3`,
    [filter.labelled, filter.class, limit],
  );
  return rows;
}

export async function findCarrierAnnouncement(
  db: Queryable,
  id: string,
): Promise<CarrierAnnouncement | null> {
  const { rows } = await db.query<CarrierAnnouncement>(
    `select ${COLUMNS} from carrier_announcement where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Null: there is no such announcement, or its sound is erased. */
export async function readSealedClip(db: Queryable, id: string): Promise<Buffer | null> {
  const { rows } = await db.query<{ clip: Buffer | null }>(
    'select clip_sealed as clip from carrier_announcement where id = $1',
    [id],
  );
  return rows[0]?.clip ?? null;
}

/** Says what an announcement is: calls that end with it from now on are classed by it. Null: there is none. */
export async function labelCarrierAnnouncement(
  tx: Transaction,
  id: string,
  said: {
    readonly class: AnnouncementClass;
    readonly label: string;
    readonly by: string;
  },
): Promise<CarrierAnnouncement | null> {
  const { rows } = await tx.query<CarrierAnnouncement>(
    `update carrier_announcement set class = $2, label = $3, labelled_by = $4,
       labelled_at = clock_timestamp() where id = $1 returning ${COLUMNS}`,
    [id, said.class, said.label, said.by],
  );
  const [labelled] = rows;
  if (labelled === undefined) return null;
  await appendEvent(tx, {
    type: 'carrier_announcement.labelled',
    payload: { carrierAnnouncementId: id, class: said.class },
  });
  return labelled;
}

/** The sound goes, the print by which it is known stays. Null: there is no such announcement. */
export async function eraseClip(tx: Transaction, id: string): Promise<CarrierAnnouncement | null> {
  const { rows } = await tx.query<CarrierAnnouncement>(
    `update carrier_announcement set clip_sealed = null where id = $1 returning ${COLUMNS}`,
    [id],
  );
  return rows[0] ?? null;
}

/** One turn: what nobody labelled nor hears is forgotten, old sounds are erased. @returns how many */
export async function tidyCarrierAnnouncements(db: Queryable, now: Date): Promise<number> {
  const forgotten = await db.query(
    `delete from carrier_announcement
     where class is null and last_heard_at < $1::timestamptz - make_interval(days => ${FORGOTTEN_AFTER_DAYS})`,
    [now],
  );
  const erased = await db.query(
    `update carrier_announcement set clip_sealed = null where clip_sealed is not null
       and first_heard_at < $1::timestamptz - make_interval(months => ${CLIP_KEPT_MONTHS})`,
    [now],
  );
  return (forgotten.rowCount ?? 0) + (erased.rowCount ?? 0);
}
