-- How likely options are to be kept: learned from the creditor's own history, told with each offer, and
-- held against what came. See src/domain/keeping-model.ts.

-- Days on which every creditor's history was looked at; as risk_day.
create table keeping_day (
  day date primary key,
  after_id uuid,
  began_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);

-- A creditor's history on a day on which it was news: counts of what was agreed and kept by facts, of nobody
-- by name. The model is a pure function of them, so that each chance that was told can be reckoned again.
create table keeping_model (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  day date not null,
  -- [{kind, cause, bucket, strain, broken, n, kept}]
  cells jsonb not null,
  -- {n, kept, base, effects}, learned from them
  model jsonb not null,
  learned_at timestamptz not null default clock_timestamp(),
  unique (creditor_id, day)
);
create trigger kept before update or delete on keeping_model for each row execute function refuse_change();

-- By which model chances were told; null: nothing had been learned.
alter table option_set add column keeping_model_id uuid references keeping_model;
-- Null: too little was known, or the person objects to profiling.
alter table offer add column keeping_chance float8 check (keeping_chance between 0 and 1);

create or replace function keep_offer() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.id, new.option_set_id, new.creditor_id, new.account_id, new.attempt_id, new.rank, new.kind,
      new.terms, new.cost_minor, new.strain_percent, new.approval, new.valid_until, new.keeping_chance)
    is distinct from (old.id, old.option_set_id, old.creditor_id, old.account_id, old.attempt_id, old.rank, old.kind,
      old.terms, old.cost_minor, old.strain_percent, old.approval, old.valid_until, old.keeping_chance) then
    raise exception 'what was offered is not changed' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- What is learned: agreements and promises of a creditor, by when they were made.
create index agreement_of_creditor on agreement (creditor_id, accepted_at);
create index promise_of_creditor on promise (creditor_id, created_at) where agreement_id is null;

-- Of a creditor, for keys that are bound to it, as in 0013.
alter table keeping_model enable row level security;
create policy own on keeping_model to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
alter table keeping_day enable row level security;
create policy own on keeping_day for select to santun_creditor using (true);
grant select on keeping_model, keeping_day to santun_creditor;

-- ------------------------------------------------------------------ what agents say

-- A machine that hears a talk, and tells what was said: it may do nothing else.
alter table api_key drop constraint api_key_role_check;
alter table api_key add constraint api_key_role_check
  check (role in ('admin', 'manager', 'supervisor', 'agent', 'transcriber'));

-- Which parts of a talk a transcriber has told: a part that is told again changes nothing. What was said
-- is not kept.
create table transcript (
  attempt_id uuid primary key,
  creditor_id uuid not null references creditor,
  told int4multirange not null default '{}',
  began_at timestamptz not null default clock_timestamp(),
  told_at timestamptz not null default clock_timestamp()
);

-- A phrase that no agent may say was said, as a transcriber or a supervisor heard it. Nothing of it but
-- the verdict is ever changed; the quote goes when the recording is erased.
create table phrase_mark (
  id uuid primary key default new_id(),
  attempt_id uuid not null,
  creditor_id uuid not null references creditor,
  -- who said it
  agent_id uuid not null references agent,
  category text not null check (category in ('threat', 'shame', 'family', 'police', 'viral', 'insult')),
  -- of the policy's list; null: a supervisor heard something that is not on it
  phrase text check (length(phrase) between 1 and 60),
  policy_version int not null,
  -- when it was said, and the part of the transcript
  at timestamptz not null,
  seq int check (seq >= 0),
  -- some words around it; null: the policy keeps none, or the recording was erased
  quote text check (length(quote) between 1 and 200),
  source text not null check (source in ('transcriber', 'supervisor')),
  marked_by text not null,
  marked_at timestamptz not null default clock_timestamp(),
  verdict text check (verdict in ('upheld', 'dismissed')),
  verdict_by text,
  verdict_at timestamptz,
  verdict_reason text,
  unique (attempt_id, seq, phrase),
  check ((source = 'transcriber') = (seq is not null)),
  check ((verdict is null) = (verdict_by is null) and (verdict is null) = (verdict_at is null)
    and (verdict is null) = (verdict_reason is null))
);
create index on phrase_mark (attempt_id);
create index on phrase_mark (agent_id, id desc);
create index on phrase_mark (creditor_id, id desc);

create function keep_phrase_mark() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.id, new.attempt_id, new.creditor_id, new.agent_id, new.category, new.phrase,
      new.policy_version, new.at, new.seq, coalesce(new.quote, old.quote), new.source, new.marked_by, new.marked_at)
    is distinct from (old.id, old.attempt_id, old.creditor_id, old.agent_id, old.category, old.phrase,
      old.policy_version, old.at, old.seq, old.quote, old.source, old.marked_by, old.marked_at) then
    raise exception 'what was marked is not changed' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger kept before update or delete on phrase_mark for each row execute function keep_phrase_mark();

alter table transcript enable row level security;
alter table phrase_mark enable row level security;
create policy own on phrase_mark to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
create policy own on transcript to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
grant select, insert, update on phrase_mark to santun_creditor;
grant select on transcript to santun_creditor;
