-- What callers and debtors hear without an agent: music, tones, messages. Immutable versions.

create table announcement (
  id uuid primary key default new_id(),
  -- null: of the house, for every creditor that has none of its own
  creditor_id uuid references creditor,
  kind text not null check (kind in ('queue_music', 'safe_message', 'recording_notice', 'hold_tone')),
  language text not null check (language in ('id', 'en')),
  -- the newest one that is not retired is played
  version int not null check (version > 0),
  -- what is said in it
  text text check (length(text) between 1 and 1000),
  -- of the file as it was sent
  source_sha256 bytea not null check (length(source_sha256) = 32),
  -- what is played: a WAV of 16 bits, 8 kHz, mono; and its SHA-256
  audio bytea not null,
  sha256 bytea not null check (length(sha256) = 32),
  duration_ms int not null check (duration_ms > 0),
  created_at timestamptz not null default now(),
  created_by text not null,
  retired_at timestamptz,
  retired_by text,
  constraint announcement_version unique nulls not distinct (creditor_id, kind, language, version),
  check (kind not in ('safe_message', 'recording_notice') or text is not null),
  check ((retired_at is null) = (retired_by is null))
);
-- samples do not get smaller by compression, and each is read whole
alter table announcement alter audio set storage external;

-- What somebody heard can be proved later.
create trigger kept before update of id, creditor_id, kind, language, version, text, source_sha256, audio,
  sha256, duration_ms, created_at, created_by on announcement for each row execute function refuse_change();
create trigger kept_row before delete on announcement for each row execute function refuse_change();

-- How long what was said to the debtor was heard, ms; null: it was not played.
alter table attempt add safe_message_ms int check (safe_message_ms >= 0),
  add recording_notice_ms int check (recording_notice_ms >= 0);

-- The platform's: keys that are bound to creditors do not see them.
alter table announcement enable row level security;
