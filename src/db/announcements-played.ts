import type { AnnouncementKind } from '../domain/announcement';
import type { Database } from './database';
import { INSERT_EVENT } from './events';

export interface PlayedAnnouncement {
  readonly attemptId: string;
  readonly kind: AnnouncementKind;
  /** Null: it came with the program. */
  readonly announcement: {
    readonly id: string;
    readonly language: string;
    readonly version: number;
    readonly sha256: string;
    readonly text: string | null;
  } | null;
  readonly startedAt: Date;
  readonly playedMs: number;
  readonly whole: boolean;
}

/** What a debtor was told, by which version, from when and for how long: kept with the attempt, and told. */
export async function recordAnnouncement(db: Database, played: PlayedAnnouncement): Promise<void> {
  const { attemptId, kind, announcement, ...heard } = played;
  const payload = {
    ...{ attemptId, kind, announcementId: announcement?.id ?? null },
    ...{ language: announcement?.language ?? null, version: announcement?.version ?? null },
    ...{ sha256: announcement?.sha256 ?? null, text: announcement?.text ?? null },
    ...heard,
  };
  await db.query(
    `with told as (update attempt set
         safe_message_ms = case $2 when 'safe_message' then $3 else safe_message_ms end,
         recording_notice_ms = case $2 when 'recording_notice' then $3 else recording_notice_ms end
       where id = $1 returning creditor_id, campaign_id, agent_id)
     ${INSERT_EVENT}
     select 'announcement.played', creditor_id, campaign_id, agent_id, $4 from told`,
    [attemptId, kind, heard.playedMs, JSON.stringify(payload)],
  );
}
