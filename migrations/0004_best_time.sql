-- The right moment: what is known of when people answer, and the moments that were chosen by it.

-- ------------------------------------------------------------------ what the person told, or showed

-- When the person gets money, as told; the latest row is the one that counts.
create table payday (
  id uuid primary key default new_id(),
  debtor_id uuid not null references debtor,
  kind text not null check (kind in ('monthly', 'weekly', 'irregular')),
  -- of the month, beyond its end the last; or ISO weekday
  day int,
  source text not null check (source in ('stated', 'employer')),
  source_attempt_id uuid,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  check (case kind when 'monthly' then day between 1 and 31 when 'weekly' then day between 1 and 7
    else day is null end)
);
create index on payday (debtor_id, id desc);

-- Days on which the person paid, whatever they paid: they show the payday.
create table payment_date (
  id uuid primary key default new_id(),
  debtor_id uuid not null references debtor,
  account_id uuid references account,
  paid_on date not null,
  source text not null,
  external_id text not null,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  unique (source, external_id)
);
create index on payment_date (debtor_id, paid_on desc);

-- Objection to profiling (UU PDP 27/2022) and its withdrawal; the latest row is the one that counts.
create table profiling_objection (
  id uuid primary key default new_id(),
  debtor_id uuid not null references debtor,
  objects boolean not null,
  reason text not null check (length(reason) > 0),
  recorded_by text not null,
  recorded_at timestamptz not null default now()
);
create index on profiling_objection (debtor_id, id desc);
create trigger kept before update or delete on payday for each row execute function refuse_change();
create trigger kept before update or delete on profiling_objection for each row execute function refuse_change();

-- ------------------------------------------------------------------ the control group

-- A number in [0, 1) that belongs to an id for good; another salt, another number. Whoever draws
-- people into groups takes a salt of its own, so that no group hangs on another.
create function share_of(p_id uuid, p_salt text) returns float8 language sql immutable strict parallel safe as $$
  select ('x' || substr(md5(p_salt || p_id::text), 1, 8))::bit(32)::bigint / 4294967296.0::float8
$$;
-- Share of the people who are dialed at random lawful moments, so that the model can be measured.
alter table creditor add control_share float8 not null default 0.05 check (control_share between 0 and 0.5);

-- ------------------------------------------------------------------ models

-- Packed, dialer/best-time/person-model.ts: at most 514 bytes.
create table best_time_person (
  debtor_id uuid primary key references debtor,
  state bytea not null check (octet_length(state) <= 514),
  updated_at timestamptz not null default now()
);
-- Packed, dialer/best-time/pack-group.ts. Segment '': the creditor's whole portfolio.
create table best_time_group (
  creditor_id uuid not null references creditor,
  segment text not null,
  state bytea not null,
  updated_at timestamptz not null default now(),
  primary key (creditor_id, segment)
);

-- What was learnt from, one dial a row, in the order of learning: the models are the fold of it.
-- attempt_id is the key: ids grow with time, so it can be partitioned by month, as attempts are.
create table best_time_evidence (
  attempt_id uuid not null,
  seq bigint generated always as identity,
  creditor_id uuid not null,
  campaign_id uuid not null,
  debtor_id uuid not null,
  segment text not null,
  -- minutes since 1970-01-01 on the person's wall clock
  wall_minute int not null,
  kind text not null check (kind in ('nobody', 'somebody', 'right_party')),
  number smallint not null check (number between 0 and 255),
  -- a bin of each factor, dialer/best-time/factors.ts
  bins smallint[] not null,
  learnt_at timestamptz not null default now(),
  primary key (attempt_id)
) partition by range (attempt_id);
create table best_time_evidence_default partition of best_time_evidence default;
create index on best_time_evidence (seq);
create index on best_time_evidence (debtor_id);
-- How far the models have learnt: the last seq of the history, so that nobody asks every month for it.
create table best_time_learnt (
  seq bigint not null
);
create unique index one_best_time_learnt on best_time_learnt ((true));
insert into best_time_learnt values (0);

-- Outcomes that nobody has learnt from yet; written with the outcome, gone when it is learnt.
create table best_time_task (
  id bigint generated always as identity primary key,
  attempt_id uuid not null,
  account_id uuid not null,
  at timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create function queue_for_best_time() returns trigger language plpgsql as $$
begin
  insert into best_time_task (attempt_id, account_id) values (new.attempt_id, new.account_id);
  return null;
end $$;
create trigger learnt after insert on outcome for each row execute function queue_for_best_time();

-- ------------------------------------------------------------------ choices

-- Each moment that was chosen, with what it rested on and the parts that add up to its score.
create table best_time_choice (
  id uuid not null default new_id(),
  at timestamptz not null default now(),
  creditor_id uuid not null,
  account_id uuid not null,
  debtor_id uuid not null,
  basis text not null check (basis in ('model', 'control', 'objection', 'no_data')),
  earliest timestamptz not null,
  chosen timestamptz not null,
  chance real,
  score real,
  parts jsonb,
  -- the whole question as the pure function was asked it, the groups apart: these are the fold of
  -- the evidence up to learnt_seq
  question jsonb not null,
  segment text not null,
  learnt_seq bigint not null,
  primary key (id)
) partition by range (id);
create table best_time_choice_default partition of best_time_choice default;
create index on best_time_choice (account_id, id desc);

-- The moment that was chosen last. An account whose next_attempt_at is another one was moved since,
-- and is chosen for anew.
create table best_time_plan (
  account_id uuid primary key references account on delete cascade,
  planned_for timestamptz not null,
  choice_id uuid
);

-- When it was told last that a creditor's model brings fewer contacts than its control group.
create table best_time_alarm (
  creditor_id uuid primary key references creditor,
  negative boolean not null,
  changed_at timestamptz not null default now()
);
