-- The moments that are planned, against the calls that agents can place.

-- Calls planned for each hour ahead: counted where a moment is chosen, so that nobody counts accounts.
-- An expectation: an account that is paid or put off meanwhile stays counted until its hour is over.
create table moment_load (
  creditor_id uuid not null,
  hour timestamptz not null,
  planned int not null,
  primary key (creditor_id, hour)
);
-- Agents at work for a creditor, looked at each minute: the mean of an hour is agents / looks. An
-- agent whose campaigns are of several creditors counts a part for each.
create table floor_hour (
  creditor_id uuid not null,
  hour timestamptz not null,
  agents float8 not null,
  looks int not null,
  looked_at timestamptz not null,
  primary key (creditor_id, hour)
);

-- How much oftener than expected each number brought the person, by the last byte of its id:
-- dialer/best-time/number-score.ts. Part of the model, and built again with it.
alter table best_time_person add numbers jsonb not null default '{}';

-- Waiting weighs less than it did (dialer/select/rank.ts): what is ready is ranked anew.
truncate ready_account, promotion;
