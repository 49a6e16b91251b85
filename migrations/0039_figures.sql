-- What the floor brings: the book day by day, and how likely a person is to fall behind.

-- ------------------------------------------------------------------ the book, as it was seen

-- Days of the creditors' books (Asia/Jakarta) on which every account was looked at. A day on which
-- nobody looked is not here, and nothing is guessed of it.
create table book_day (
  day date primary key,
  -- accounts are looked at in the order of their ids: so far
  after_id uuid,
  began_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);

-- An account as the day began: a row on the first day of a month that was seen while the account is
-- open, and on each day on which it was seen otherwise than before. What it was on a day of book_day
-- is its latest row of that month up to it. Whoever leaves the book gets one more row.
create table account_day (
  account_id uuid not null,
  day date not null,
  creditor_id uuid not null,
  debtor_id uuid not null,
  status text not null check (status in ('open', 'paid', 'closed')),
  -- open, not waiting for anybody, no hold over it, and with a number of the person
  selectable boolean not null,
  due_date date not null,
  due_minor bigint not null,
  currency text not null,
  primary key (account_id, day)
) partition by range (day);
create table account_day_default partition of account_day default;
create index on account_day (creditor_id, day);

-- what was to be paid by a day, for the rate that was kept
create index promise_due on promise (due_date);
-- what came in on some days, and who complained
create index payment_paid on payment (paid_at) where reversed_at is null;
create index case_complaint on case_file (opened_at) where kind = 'complaint';

-- ------------------------------------------------------------------ risk

-- Days on which the people of the book were scored, as book_day.
create table risk_day (
  day date primary key,
  scorecard text not null,
  after_id uuid,
  began_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);

-- A person towards one creditor, out of that creditor's own data: a row on the first scored day of a
-- month, and on each day on which the score is another one. domain/risk-score.ts makes points of facts.
create table risk_score (
  debtor_id uuid not null,
  creditor_id uuid not null,
  day date not null,
  scorecard text not null,
  -- what the points rest on; nothing else is needed to explain them
  facts jsonb not null,
  -- null, all three: not enough is known
  points int,
  probability float8 check (probability between 0 and 1),
  band text check (band in ('low', 'watch', 'high', 'very_high')),
  primary key (debtor_id, creditor_id, day),
  check ((points is null) = (band is null) and (points is null) = (probability is null))
) partition by range (day);
create table risk_score_default partition of risk_score default;
create index on risk_score (creditor_id, day);

-- The band went up: what may help, for a person to decide. Nothing follows from it by itself.
create table risk_suggestion (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  debtor_id uuid not null references debtor,
  day date not null,
  scorecard text not null,
  from_band text not null,
  to_band text not null,
  action text not null check (action in ('remind_early', 'offer_plan', 'review_terms')),
  reasons text[] not null,
  -- superseded: another one came; withdrawn: the person objects to profiling, or is better again
  state text not null default 'open' check (state in ('open', 'accepted', 'declined', 'superseded', 'withdrawn')),
  created_at timestamptz not null default clock_timestamp(),
  decided_at timestamptz,
  decided_by text,
  decision_reason text,
  check ((state = 'open') = (decided_at is null) and (decided_at is null) = (decided_by is null))
);
create unique index one_open_risk_suggestion on risk_suggestion (creditor_id, debtor_id) where state = 'open';
create index on risk_suggestion (debtor_id);

-- ------------------------------------------------------------------ what keys of creditors see

do $$
declare
  v_table text;
begin
  foreach v_table in array '{book_day,account_day,risk_day,risk_score,risk_suggestion}'::text[] loop
    execute format('alter table %I enable row level security', v_table);
    execute format('grant select on %I to santun_creditor', v_table);
  end loop;
  foreach v_table in array '{account_day,risk_score,risk_suggestion}'::text[] loop
    execute format('create policy own on %I to santun_creditor
      using (creditor_id = any ((select scoped_creditors())::uuid[]))', v_table);
  end loop;
  -- which days were seen is nobody's secret
  foreach v_table in array '{book_day,risk_day}'::text[] loop
    execute format('create policy everybody on %I for select to santun_creditor using (true)', v_table);
  end loop;
end $$;
grant update on risk_suggestion to santun_creditor;
