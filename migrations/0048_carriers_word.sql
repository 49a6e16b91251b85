-- What carriers know of numbers: before they are dialed, by a look-up.

-- ------------------------------------------------------------------ number look-ups

-- Who is asked about numbers (HLR, MNP): of a creditor, or of the house for those that have none.
create table number_look_up (
  id uuid primary key default new_id(),
  creditor_id uuid references creditor,
  url text not null,
  -- under the installation's key
  secret_sealed bytea not null,
  -- how long an answer stands
  valid_days int not null check (valid_days between 1 and 365),
  per_day int not null check (per_day between 1 and 10000000),
  per_second int not null check (per_second between 1 and 100),
  -- numbers that are due within so many hours are asked about
  ahead_hours int not null check (ahead_hours between 1 and 168),
  enabled boolean not null default true,
  -- what was asked on this day of the house, and when last
  asked_on date,
  asked int not null default 0,
  asked_at timestamptz,
  -- when due numbers were looked for last
  filled_at timestamptz,
  -- nothing useful has come since; it is left alone until
  failing_since timestamptz,
  failures int not null default 0,
  failure text,
  paused_until timestamptz,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  -- never deleted: answers name it
  retired_at timestamptz,
  check ((failing_since is null) = (failures = 0))
);
create unique index one_number_look_up on number_look_up (creditor_id) nulls not distinct
  where retired_at is null;

-- What the last look-up said of a number, and when it is asked about next.
create table number_answer (
  phone_id uuid primary key references phone,
  -- who answered, or is to
  look_up_id uuid not null references number_look_up,
  -- when it is to be asked about; while somebody asks, when they have failed to come back
  next_at timestamptz,
  tries int not null default 0,
  -- of the account for which it is asked
  due_at timestamptz not null,
  -- null: nothing came yet
  status text check (status in ('valid', 'invalid', 'unreachable', 'unknown')),
  -- whose network it is in, lower case; one of domain/phone-operator.ts where the name is known there
  operator text,
  ported boolean,
  reassigned_at timestamptz,
  answered_at timestamptz,
  -- the answer stands until; without one, when it may be asked about again
  valid_until timestamptz,
  check ((status is null) = (answered_at is null))
);
create index number_answer_due on number_answer (look_up_id, due_at) where next_at is not null;
create index number_answer_invalid on number_answer (valid_until) where status = 'invalid';

-- Who said that it is invalid: a network when it was called, or a look-up.
alter table phone add invalid_by text check (invalid_by in ('network', 'look_up'));
update phone set invalid_by = 'network' where status = 'invalid';

-- A number that was given to somebody else speaks against its person. Whatever kinds there are by now stay.
do $$
declare
  v_check text;
begin
  select pg_get_constraintdef(oid) into strict v_check from pg_constraint
    where conrelid = 'number_evidence'::regclass and conname = 'number_evidence_kind_check';
  alter table number_evidence drop constraint number_evidence_kind_check;
  execute 'alter table number_evidence add constraint number_evidence_kind_check '
    || replace(v_check, 'ARRAY[', 'ARRAY[''reassigned''::text, ');
end $$;

-- ------------------------------------------------------------------ bound keys, as in 0013

alter table number_look_up enable row level security;
create policy own on number_look_up to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
alter table number_answer enable row level security;
create policy of_phone on number_answer to santun_creditor
  using (exists (select from phone p where p.id = phone_id));
grant select, insert, update on number_look_up to santun_creditor;
grant select on number_answer to santun_creditor;
