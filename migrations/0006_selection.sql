-- Selection: what is due is ranked once, when it becomes due, and taken best first. Both tables are
-- rebuilt from the accounts when they are empty: they are not logged, and a crash costs one pass.

-- An account that is due for a campaign and may be called now, with what its rank rests on. It is
-- looked at again under the person's lock when it is taken. No foreign keys: checking them would
-- write into every account's row.
create unlogged table ready_account (
  campaign_id uuid not null,
  account_id uuid not null,
  -- higher goes first; it does not change while the account waits (dialer/select/rank.ts)
  rank float8 not null,
  -- the rules let the person be called until then, facts as they were
  good_until timestamptz not null,
  -- of a right party now, as it was ranked
  chance real not null,
  campaign_version int not null,
  -- the gate was asked then: a call to the person since makes it a new question
  asked_at timestamptz not null default now(),
  primary key (campaign_id, account_id)
);
create index ready_rank on ready_account (campaign_id, rank desc, account_id);
-- entries come and go all day: what is dead is cleared before the head of the index fills with it
alter table ready_account set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_scale_factor = 0.2);

-- How far a campaign's accounts are promoted. A place is (next_attempt_at, due_date, id) of the last
-- account seen, in the order of the index account_due.
create unlogged table promotion (
  campaign_id uuid primary key,
  -- one process promotes a campaign at a time, until then at the longest
  held_until timestamptz,
  -- what became due since, seen within a second
  head_at timestamptz not null, head_due date not null, head_id uuid not null,
  -- the pass over all that is due: finds what the head could not see, and what changed
  pass_at timestamptz not null, pass_due date not null, pass_id uuid not null,
  pass_scanned bigint not null default 0,
  pass_began_at timestamptz not null default clock_timestamp(),
  next_pass_at timestamptz not null default clock_timestamp(),
  campaign_version int not null
);

-- The selector put the account off until then, as it did others of its likeness, because the rules say
-- so of one of them. Equal to next_attempt_at as long as nothing else has moved that.
alter table account add put_off_until timestamptz;

-- Why the account was the next: the weights and facts of its rank, so that it can be computed again;
-- null: an agent asked for the call.
alter table attempt add choice jsonb;
