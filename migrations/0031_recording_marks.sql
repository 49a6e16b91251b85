-- What an agent marked in a talk, to be found again in its recording.
create table recording_mark (
  id uuid primary key default new_id(),
  attempt_id uuid not null,
  creditor_id uuid not null references creditor,
  agent_id uuid not null references agent,
  at timestamptz not null default clock_timestamp(),
  phrase text not null check (phrase ~ '^[a-z][a-z0-9_]{0,39}$')
);
create index on recording_mark (attempt_id, at);
create index on recording_mark (phrase);

-- Of a creditor, for keys that are bound to it, as in 0013.
alter table recording_mark enable row level security;
create policy own on recording_mark for select to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
grant select on recording_mark to santun_creditor;
