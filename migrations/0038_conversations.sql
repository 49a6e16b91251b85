-- The conversation itself: what was said in a talk, step by step; conflicts, and what was learnt of them.

-- What an agent says was done in the talk, as it happened (domain/conversation-step.ts). The state of the
-- talk is the fold of its steps (domain/conversation.ts); they are never changed.
create table conversation_step (
  id uuid primary key default new_id(),
  attempt_id uuid not null,
  creditor_id uuid not null references creditor,
  agent_id uuid not null references agent,
  at timestamptz not null default clock_timestamp(),
  kind text not null check (kind ~ '^[a-z_]{1,40}$'),
  -- the step as it was told, with its kind
  step jsonb not null
);
create index on conversation_step (attempt_id, id);

-- The fold of a talk's steps, as far as others ask for it: lessons, reports, the nudge.
create table conversation (
  attempt_id uuid primary key,
  creditor_id uuid not null references creditor,
  account_id uuid not null references account,
  debtor_id uuid not null references debtor,
  -- whose step was the last
  agent_id uuid not null references agent,
  started_at timestamptz not null default clock_timestamp(),
  opening text,
  identity_confirmed_at timestamptz,
  feeling text,
  root_cause text,
  cause_detail text,
  -- when the cause is expected to be over, as the debtor says
  cause_ends_on date,
  first_offer_at timestamptz,
  options_offered text[] not null default '{}',
  option_chosen text,
  -- of domain/conversation.ts TICKS
  ticks text[] not null default '{}',
  recap_at timestamptz,
  agreed boolean not null default false,
  -- the agent was told that no way has been offered for long
  nudged_at timestamptz
);
create index on conversation (debtor_id, attempt_id);
create index on conversation (creditor_id, root_cause, option_chosen, attempt_id) where option_chosen is not null;
create index conversation_to_nudge on conversation (identity_confirmed_at)
  where first_offer_at is null and nudged_at is null and identity_confirmed_at is not null;

-- A talk in which the agent marked tension; one a talk. The cool-down is a hold on the person.
create table conflict (
  id uuid primary key default new_id(),
  attempt_id uuid not null unique,
  creditor_id uuid not null references creditor,
  account_id uuid not null references account,
  debtor_id uuid not null references debtor,
  agent_id uuid not null references agent,
  began_at timestamptz not null default clock_timestamp(),
  -- 1 a little tense to 5 shouting or threats, the highest that was marked
  peak int not null check (peak between 1 and 5),
  calmed_at timestamptz,
  cool_down_until timestamptz not null,
  -- the wrap-up of the talk is longer by it
  extra_wrap_up_ms int not null check (extra_wrap_up_ms >= 0),
  break_taken_at timestamptz,
  reflection_due_at timestamptz not null,
  -- the reflection was late, and somebody else was told
  escalated_at timestamptz
);
create index on conflict (creditor_id, id desc);
create index on conflict (debtor_id, id desc);
create index on conflict (agent_id, id desc);
create index conflict_to_escalate on conflict (reflection_due_at) where escalated_at is null;

-- What a conflict has taught, by its agent; one a conflict. Signed off by somebody who leads.
create table reflection (
  conflict_id uuid primary key references conflict,
  creditor_id uuid not null references creditor,
  what_happened text not null,
  trigger text not null,
  what_worked text not null,
  prevention text not null,
  prevention_owner text not null,
  prevention_due_on date not null,
  written_by text not null,
  written_at timestamptz not null default clock_timestamp(),
  signed_by text,
  signed_at timestamptz,
  -- what the next agent is shown at a similar call: no names, no numbers
  lesson text,
  check ((signed_at is null) = (signed_by is null)),
  check (lesson is null or signed_at is not null)
);
create index on reflection (creditor_id, trigger);

-- Who was in a conflict is called by another agent next, until somebody else has talked with them.
alter table debtor add column kept_from_agent_id uuid references agent,
  add column kept_from_until timestamptz;

-- Of an outcome: what a guided conversation should have had and had not; null: it was not asked.
alter table outcome add column missing text[];

-- Of a creditor, for keys that are bound to it, as in 0013.
alter table conversation_step enable row level security;
create policy own on conversation_step for select to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
alter table conversation enable row level security;
create policy own on conversation for select to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
alter table conflict enable row level security;
create policy own on conflict for select to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
alter table reflection enable row level security;
create policy own on reflection for select to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
grant select on conversation_step, conversation, conflict, reflection to santun_creditor;
