-- Champion/challenger: some people of a campaign are called otherwise, by lot, and the two are compared
-- by a metric that was named before.

create table experiment (
  id uuid primary key default new_id(),
  campaign_id uuid not null references campaign,
  -- it draws the lots
  name text not null,
  -- as the document said it, once and for good
  definition jsonb not null,
  -- whose document it stood in first
  campaign_version int not null,
  registered_by text not null,
  registered_at timestamptz not null default clock_timestamp(),
  state text not null default 'running'
    check (state in ('running', 'won', 'lost', 'guarded', 'out_of_time', 'withdrawn')),
  ended_at timestamptz,
  ended_by text,
  -- the fold of experiment_person in the order of counting: dialer/experiment/sequential-test.ts; null: nobody yet
  test jsonb,
  -- attempts before it have been looked at
  looked_at timestamptz,
  unique (campaign_id, name),
  check ((state = 'running') = (ended_at is null) and (ended_at is null) = (ended_by is null))
);
create unique index one_running_experiment on experiment (campaign_id) where state = 'running';
create trigger kept before update of campaign_id, name, definition, registered_by, registered_at on experiment
  for each row execute function refuse_change();

-- Who was called under it, from the first call on.
create table experiment_person (
  experiment_id uuid not null references experiment on delete cascade,
  debtor_id uuid not null references debtor,
  -- as the first call was decided
  arm text not null check (arm in ('champion', 'challenger')),
  first_dialed_at timestamptz not null,
  -- by the metric; null: the days in which it may become so are not over
  succeeded boolean,
  primary key (experiment_id, debtor_id)
);
create index experiment_waiting on experiment_person (experiment_id, first_dialed_at, debtor_id)
  where succeeded is null;
create index hold_complaint on hold (placed_at) where kind = 'complaint';

-- Whom the campaign calls otherwise now, and how: {name, share, parts}; null: nobody.
alter table campaign add split jsonb;
