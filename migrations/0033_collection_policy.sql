-- How a creditor wants its debts collected: versions of one document, the latest counts. Never changed:
-- what was agreed under one stays as it was (domain/collection-policy).
create table collection_policy (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  version int not null check (version > 0),
  document jsonb not null,
  written_by text not null,
  written_at timestamptz not null default clock_timestamp(),
  unique (creditor_id, version)
);

-- Work that waits for a person.
create table task (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  kind text not null,
  debtor_id uuid references debtor,
  account_id uuid references account,
  attempt_id uuid,
  -- what it is about: a payment, a promise, a conflict
  subject_id uuid not null,
  assignee text not null check (assignee ~ '^(role:(supervisor|manager)|agent:[0-9a-f-]{36})$'),
  due_at timestamptz not null,
  note text,
  added_at timestamptz not null default clock_timestamp(),
  done_at timestamptz,
  done_by text,
  result text,
  check ((done_at is null) = (done_by is null) and (done_at is null) = (result is null))
);
create unique index one_open_task on task (kind, subject_id) where done_at is null;
create index task_open on task (creditor_id, due_at) where done_at is null;
create index task_of_account on task (account_id);

-- Of a creditor, for keys that are bound to it, as in 0013.
alter table collection_policy enable row level security;
create policy own on collection_policy for select to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
grant select on collection_policy to santun_creditor;
alter table task enable row level security;
create policy own on task for select to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
create policy added on task for insert to santun_creditor
  with check (creditor_id = any ((select scoped_creditors())::uuid[]));
create policy done on task for update to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
grant select, insert, update on task to santun_creditor;
