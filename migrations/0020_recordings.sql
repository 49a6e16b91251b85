-- Talks that are recorded. The audio lies encrypted in the store; here is what it is, and its key.

-- How long a creditor's recordings are kept; a legal hold outlasts it.
alter table creditor add recording_retention_months int not null default 24
  check (recording_retention_months between 1 and 240);

-- The key that a creditor's data keys are sealed with, sealed with the installation's secret key.
create table recording_key (
  creditor_id uuid primary key references creditor,
  sealed bytea not null,
  created_at timestamptz not null default now()
);

-- One a talk, over all of its segments. No foreign key into what lies in monthly partitions: a
-- recording may be kept for longer than the attempt.
create table recording (
  id uuid primary key default new_id(),
  attempt_id uuid not null unique,
  call_id uuid not null,
  creditor_id uuid not null references creditor,
  debtor_id uuid not null references debtor,
  agent_id uuid not null references agent,
  -- capturing: the talk goes on. spooled: it is over, the capture waits to be stored.
  state text not null default 'capturing'
    check (state in ('capturing', 'spooled', 'ready', 'failed', 'erased')),
  created_at timestamptz not null default now(),
  spooled_at timestamptz,
  -- when its first sample was heard
  started_at timestamptz,
  duration_ms int,
  -- of the WAV as it is played, and its SHA-256: both stay when the audio is erased
  bytes bigint,
  sha256 bytea check (length(sha256) = 32),
  channels smallint,
  -- segments and gaps with their offsets, ms
  segments jsonb not null default '[]',
  gaps jsonb not null default '[]',
  data_key bytea,
  failure text,
  tries int not null default 0,
  next_try_at timestamptz,
  retain_until timestamptz,
  legal_hold boolean not null default false,
  erased_at timestamptz,
  erase_reason text,
  check (state not in ('ready', 'erased') or (bytes is not null and sha256 is not null)),
  check ((state = 'ready') = (data_key is not null)),
  check ((state = 'erased') = (erased_at is not null))
);
create index recording_spooled on recording (next_try_at) where state = 'spooled';
create index recording_capturing on recording (id) where state = 'capturing';
create index recording_due on recording (retain_until) where state = 'ready' and not legal_hold;
create index on recording (debtor_id, id desc);
create index on recording (agent_id, id desc);
create index on recording (creditor_id, id desc);

-- From a start of the capture to its stop: a pause or another engine ends one.
create table recording_segment (
  recording_id uuid not null references recording on delete cascade,
  seq int not null,
  -- the engine's name of the call, which its file names begin with
  engine_call_id uuid not null,
  -- the engine's port that the customer sends to: tells the sides apart
  customer_port int not null,
  opus_payload_type int,
  started_at timestamptz not null,
  ended_at timestamptz,
  end_cause text check (end_cause in ('talk_ended', 'paused', 'engine_lost')),
  -- why it was paused, in one word
  pause_reason text,
  primary key (recording_id, seq),
  check ((ended_at is null) = (end_cause is null))
);

-- Where keys are bound to creditors, recordings are as well; keys and spool stay the program's.
do $$
begin
  if to_regprocedure('scoped_creditors()') is not null then
    alter table recording_key enable row level security;
    alter table recording enable row level security;
    alter table recording_segment enable row level security;
    create policy own on recording to santun_creditor
      using (creditor_id = any ((select scoped_creditors())::uuid[]));
    grant select, update on recording to santun_creditor;
  end if;
end $$;
