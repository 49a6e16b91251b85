-- Options that both sides can live with, and what came of them: what a person can pay, what was offered in
-- a talk, what was agreed, and who approved it. See domain/option.ts and domain/agreement.ts.

-- Ability to pay, as it was told in a talk; corrected by another row, the latest counts.
create table ability (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  debtor_id uuid not null references debtor,
  account_id uuid not null references account,
  attempt_id uuid not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- a month's
  income_minor bigint not null check (income_minor >= 0),
  fixed_cost_minor bigint not null check (fixed_cost_minor >= 0),
  other_debts_minor bigint not null check (other_debts_minor >= 0),
  next_income_on date,
  told_at timestamptz not null default now(),
  recorded_by text not null
);
create index on ability (attempt_id);
create index on ability (debtor_id, id desc);
create trigger kept before update or delete on ability for each row execute function refuse_change();

-- One reckoning of options. The facts are all that it rests on, and hold nothing of who the person is:
-- equal facts under one version of the policy have equal offers.
create table option_set (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  debtor_id uuid not null references debtor,
  account_id uuid not null references account,
  attempt_id uuid not null,
  agent_id uuid references agent,
  ability_id uuid references ability,
  policy_version int not null,
  -- the day from which its days are counted, where the account is
  today date not null,
  facts jsonb not null,
  -- SHA-256 of the facts as RFC 8785 writes them
  facts_hash text not null check (facts_hash ~ '^[0-9a-f]{64}$'),
  -- [{kind, reason}]
  refused jsonb not null,
  made_at timestamptz not null default now()
);
create index on option_set (attempt_id, id desc);
create index on option_set (creditor_id, made_at);
create trigger kept before update or delete on option_set for each row execute function refuse_change();

-- What was offered in a talk, best first, and the answer.
create table offer (
  id uuid primary key default new_id(),
  option_set_id uuid not null references option_set,
  creditor_id uuid not null references creditor,
  account_id uuid not null references account,
  attempt_id uuid not null,
  rank int not null check (rank >= 1),
  kind text not null check (kind in ('pay_full', 'pay_part', 'reschedule', 'plan', 'deferment', 'settlement')),
  -- in days from the day of the reckoning, so that equal facts of two days have equal terms
  terms jsonb not null,
  cost_minor bigint not null,
  -- share of the disposable income of a month; null: the ability is not known
  strain_percent int,
  -- whose word it needs; null: the agent's own is enough
  approval text check (approval in ('supervisor', 'manager')),
  valid_until timestamptz not null,
  answer text check (answer in ('chosen', 'refused')),
  refused_why text,
  answered_at timestamptz,
  unique (option_set_id, rank),
  check ((answer is null) = (answered_at is null)),
  check ((answer is not distinct from 'refused') = (refused_why is not null))
);
create index on offer (attempt_id, id);

-- An answer is added, once or more; what was offered stays.
create function keep_offer() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.id, new.option_set_id, new.creditor_id, new.account_id, new.attempt_id, new.rank, new.kind,
      new.terms, new.cost_minor, new.strain_percent, new.approval, new.valid_until)
    is distinct from (old.id, old.option_set_id, old.creditor_id, old.account_id, old.attempt_id, old.rank, old.kind,
      old.terms, old.cost_minor, old.strain_percent, old.approval, old.valid_until) then
    raise exception 'what was offered is not changed' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger kept before update or delete on offer for each row execute function keep_offer();

-- What was agreed; see domain/agreement.ts for its states. Made again, it is another row with the next version.
create table agreement (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  account_id uuid not null references account,
  debtor_id uuid not null references debtor,
  attempt_id uuid,
  offer_id uuid unique references offer,
  kind text not null check (kind in ('plan', 'reschedule', 'deferment', 'settlement')),
  version int not null default 1 check (version >= 1),
  replaces_id uuid references agreement,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  terms jsonb not null,
  policy_version int not null,
  -- what the account's days are counted in
  zone text not null,
  text_id text not null,
  text_en text not null,
  text_hash text not null,
  made_by text not null,
  accepted_at timestamptz not null default now(),
  state text not null check (state in
    ('proposed', 'pending_approval', 'active', 'completed', 'broken', 'cancelled', 'expired', 'superseded')),
  state_since timestamptz not null default now(),
  state_reason text not null,
  active_at timestamptz,
  broken_at timestamptz,
  -- when time alone may change its state; null: never
  next_check_at timestamptz,
  -- the hold that keeps the account silent meanwhile
  hold_id uuid references hold,
  created_at timestamptz not null default now(),
  check (text_hash = encode(sha256(convert_to(text_id || E'\n' || text_en, 'UTF8')), 'hex')),
  check (state not in ('active', 'completed', 'broken') or active_at is not null)
);
-- one runs, and one waits to take its place
create unique index one_active_agreement on agreement (account_id) where state = 'active';
create unique index one_waiting_agreement on agreement (account_id) where state in ('proposed', 'pending_approval');
create index on agreement (account_id, id desc);
create index on agreement (attempt_id);
create index agreement_due on agreement (next_check_at) where next_check_at is not null;

-- What was agreed is never changed: neither the words nor what they rest on.
create function keep_agreement() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.id, new.creditor_id, new.account_id, new.debtor_id, new.attempt_id, new.offer_id, new.kind,
      new.version, new.replaces_id, new.currency, new.terms, new.policy_version, new.zone, new.text_id, new.text_en,
      new.text_hash, new.made_by, new.accepted_at, new.created_at)
    is distinct from (old.id, old.creditor_id, old.account_id, old.debtor_id, old.attempt_id, old.offer_id, old.kind,
      old.version, old.replaces_id, old.currency, old.terms, old.policy_version, old.zone, old.text_id, old.text_en,
      old.text_hash, old.made_by, old.accepted_at, old.created_at) then
    raise exception 'what was agreed is not changed' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger kept before update or delete on agreement for each row execute function keep_agreement();

-- The word of a second person; see domain/agreement-approval.ts.
create table agreement_approval (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  agreement_id uuid not null unique references agreement,
  agent_id uuid references agent,
  needs_role text not null check (needs_role in ('supervisor', 'manager')),
  state text not null default 'asked' check (state in ('asked', 'late', 'approved', 'rejected', 'withdrawn')),
  asked_by text not null,
  asked_at timestamptz not null default now(),
  -- an answer after this is late: the person was told by when we confirm
  limit_at timestamptz not null,
  confirm_by timestamptz,
  decided_by text,
  decided_at timestamptz,
  reason text,
  -- four eyes
  check (decided_by <> asked_by),
  check ((state in ('approved', 'rejected')) = (decided_by is not null)),
  check ((state in ('asked', 'late')) = (decided_at is null))
);
create index agreement_approval_open on agreement_approval (limit_at) where decided_at is null;

-- Of a creditor, for keys that are bound to it, as in 0013. A payment that such a key tells of decides
-- agreements, and a hold of one is lifted.
do $$
declare
  v_table text;
begin
  foreach v_table in array '{ability,option_set,offer,agreement,agreement_approval}'::text[] loop
    execute format('alter table %I enable row level security', v_table);
    execute format('create policy own on %I to santun_creditor
      using (creditor_id = any ((select scoped_creditors())::uuid[]))', v_table);
    execute format('grant select on %I to santun_creditor', v_table);
  end loop;
end $$;
grant update on agreement, agreement_approval to santun_creditor;
