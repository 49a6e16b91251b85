-- Promises to pay are judged from facts: payments, and what ended them (src/domain/promise.ts). Terms are
-- those of the day on which it was made; a later policy changes none of them.
alter table promise
  -- an agreement may be made outside a talk, and before its outcome is recorded
  alter column attempt_id drop not null,
  alter column outcome_id drop not null,
  -- the instalment of a plan, or the payment of a settlement; null: a promise for itself
  add column agreement_id uuid,
  add column number int not null default 1 check (number > 0),
  -- terms
  add column policy_version int not null default 0,
  add column threshold_pct int not null default 90 check (threshold_pct between 1 and 100),
  add column grace_days int not null default 1 check (grace_days >= 0),
  -- end of the last day of grace where it ends last; null: it was decided before promises were judged
  add column grace_until timestamptz,
  -- facts beside the payments: a second person's yes, and what ended it (the first end counts)
  add column approve_until timestamptz,
  add column proposed_by text not null default 'system',
  add column approved_by text,
  add column approved_at timestamptz,
  add column supersedes uuid references promise,
  add column superseded_by uuid references promise,
  add column ended_as text check (ended_as in ('cancelled', 'superseded')),
  add column ended_at timestamptz,
  add column end_reason text,
  add column ended_by text,
  -- in the words of whoever ended it
  add column end_note text,
  -- since when nothing was left due, by the creditor's own statement too; null: something is
  add column cleared_at timestamptz,
  -- what follows from the facts
  add column kept_minor bigint not null default 0 check (kept_minor >= 0),
  add column decided_at timestamptz,
  add column decided_reason text,
  -- the instant from which time alone changes it; null: none does
  add column judge_at timestamptz,
  -- what was left of it when its reminders were written; null: none were
  add column reminded_minor bigint,
  add check ((ended_at is null) = (ended_as is null) and (ended_at is null) = (end_reason is null)),
  drop constraint promise_state_check;

-- what was called cancelled until now gave its place to a newer one
update promise p set state = 'superseded', ended_as = 'superseded', end_reason = 'newer_promise',
  superseded_by = n.id, ended_at = coalesce(n.created_at, p.created_at)
from promise o left join lateral (select id, created_at from promise x
  where x.account_id = o.account_id and x.id > o.id order by x.id limit 1) n on true
where o.id = p.id and p.state = 'cancelled';
update promise p set supersedes = o.id from promise o where o.superseded_by = p.id;
update promise p set proposed_by = o.recorded_by from outcome o where o.id = p.outcome_id;
-- as they were told at the time: two days of grace
update promise set grace_days = 2,
  grace_until = (due_date + 3)::timestamp at time zone 'Asia/Jakarta' - interval '1 ms'
where state = 'open';
update promise set judge_at = grace_until where state = 'open';

alter table promise add constraint promise_state_check check (state in
  ('proposed', 'approved', 'open', 'partially_kept', 'kept', 'broken', 'cancelled', 'superseded'));
drop index one_open_promise;
-- a promise for itself stands alone; instalments of one agreement stand beside each other
create unique index one_open_promise on promise (account_id)
  where state in ('proposed', 'approved', 'open', 'partially_kept') and agreement_id is null;
create unique index promise_of_agreement on promise (agreement_id, number)
  where agreement_id is not null and ended_at is null;
create index promise_to_judge on promise (judge_at) where judge_at is not null;
create index promise_of_debtor on promise (debtor_id);
create index promise_of_attempt on promise (attempt_id);

-- Every change of a promise, with its cause and actor.
create table promise_change (
  id uuid primary key default new_id(),
  promise_id uuid not null references promise,
  creditor_id uuid not null references creditor,
  at timestamptz not null default clock_timestamp(),
  from_state text,
  to_state text not null,
  kept_minor bigint not null default 0,
  -- a code of the list in src/domain/promise.ts
  reason text not null,
  -- what was told of beside it, by whoever did it
  note text,
  -- which change of a fact made us look
  cause text not null,
  actor text not null
);
create index on promise_change (promise_id, id);
create trigger kept before update or delete on promise_change
  for each row execute function refuse_change();
insert into promise_change (promise_id, creditor_id, at, from_state, to_state, reason, cause, actor)
select id, creditor_id, created_at, null, 'open', 'made', 'outcome', proposed_by
from promise;
insert into promise_change (promise_id, creditor_id, at, from_state, to_state, reason, cause, actor)
select id, creditor_id, ended_at, 'open', 'superseded', 'newer_promise', 'outcome', 'system'
from promise where ended_at is not null;

-- Whom a message reminds before the due date.
create index account_of_due_date on account (creditor_id, due_date) where status = 'open';
create index instalment_of_due_date on instalment (creditor_id, due_date) where superseded_at is null;

-- Of a creditor, for keys that are bound to it, as in 0013; promise has its policy from there.
alter table promise_change enable row level security;
create policy own on promise_change to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
grant select, insert on promise_change to santun_creditor;
grant insert, update on promise to santun_creditor;
