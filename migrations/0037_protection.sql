-- What protects a person: cases with their holds, numbers that may have changed hands, the relation.

-- A dispute, a hardship, a complaint: what somebody said that collection must wait for, who answers it,
-- and until when. Its holds stand from the moment it is opened.
create table case_file (
  id uuid primary key default new_id(),
  -- who is to answer
  creditor_id uuid not null references creditor,
  -- null: a stranger, of whom we have the number alone
  debtor_id uuid references debtor,
  account_id uuid references account,
  e164 text check (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  -- the talk in which it was said
  attempt_id uuid,
  kind text not null,
  -- of a dispute, hardship, vulnerability or abuse: which one; null: not sorted yet
  type text,
  -- what stops: this account, the person everywhere, this number, the person at this creditor
  scope text not null check (scope in ('account', 'person', 'number', 'creditor')),
  state text not null default 'open'
    check (state in ('open', 'in_review', 'waiting', 'upheld', 'rejected', 'withdrawn', 'ended')),
  owner text not null check (owner ~ '^(role:(supervisor|manager)|agent:[0-9a-f-]{36})$'),
  due_at timestamptz not null,
  -- when it was told that the deadline had passed
  overdue_at timestamptz,
  -- protection that was granted for a time is looked at again then
  review_at timestamptz,
  review_told_at timestamptz,
  -- at most one contact in so many days while it stands; null: as for anybody
  contact_gap_days int check (contact_gap_days > 0),
  claim text not null,
  source text not null,
  external_id text,
  opened_by text not null,
  opened_at timestamptz not null default clock_timestamp(),
  decided_at timestamptz,
  decided_by text,
  decision_reason text,
  remedy text,
  adjust_minor bigint check (adjust_minor > 0),
  unique (source, external_id),
  check (debtor_id is not null or e164 is not null),
  check (account_id is null or debtor_id is not null),
  check ((state in ('open', 'in_review', 'waiting')) = (decided_at is null)),
  check ((decided_at is null) = (decided_by is null) and (decided_at is null) = (decision_reason is null))
);
create index on case_file (creditor_id, id);
create index on case_file (debtor_id) where debtor_id is not null;
create index on case_file (attempt_id) where attempt_id is not null;
create index case_due on case_file (due_at) where decided_at is null and overdue_at is null;
create index case_review on case_file (review_at) where state = 'upheld' and review_told_at is null;
-- looked at after each contact: few people have one
create index case_gap on case_file (debtor_id)
  where contact_gap_days is not null and state in ('open', 'in_review', 'waiting', 'upheld');
-- what was said, about whom and when, is never rewritten; what follows from it is
create trigger kept before update of id, creditor_id, debtor_id, account_id, e164, attempt_id, kind, scope,
    claim, source, external_id, opened_by, opened_at on case_file
  for each row execute function refuse_change();
create trigger kept_row before delete on case_file for each row execute function refuse_change();

create table case_hold (
  case_id uuid not null references case_file,
  hold_id uuid not null references hold unique,
  primary key (case_id, hold_id)
);
create trigger kept before update or delete on case_hold for each row execute function refuse_change();

-- Proof only grows. Whoever is accused cannot change it, nor can anybody else.
create table case_evidence (
  id uuid primary key default new_id(),
  case_id uuid not null references case_file,
  kind text not null check (kind in ('text', 'link', 'attempt', 'recording')),
  body text not null,
  added_by text not null,
  added_at timestamptz not null default clock_timestamp()
);
create index on case_evidence (case_id, id);
create trigger kept before update or delete on case_evidence for each row execute function refuse_change();

-- An agent warns whoever abuses; after the second time the talk may be ended.
create table abuse_warning (
  id uuid primary key default new_id(),
  attempt_id uuid not null,
  creditor_id uuid not null references creditor,
  agent_id uuid not null references agent,
  number int not null check (number > 0),
  code text not null,
  at timestamptz not null default clock_timestamp(),
  unique (attempt_id, number)
);
create trigger kept before update or delete on abuse_warning for each row execute function refuse_change();

-- ------------------------------------------------------------------ whose number it is

-- What speaks for and against a number being the person's (domain/number-ownership.ts).
create table number_evidence (
  id uuid primary key default new_id(),
  phone_id uuid not null references phone,
  kind text not null check (kind in ('right_party', 'paid_by_link', 'confirmed', 'denied')),
  at timestamptz not null,
  -- the attempt, payment or case that it comes from
  source_id uuid not null,
  unique (phone_id, kind, source_id)
);
create trigger kept before update or delete on number_evidence for each row execute function refuse_change();
-- the probability at that instant: from then on it halves every 45 days. Who has a number on file when
-- this comes starts like a new one
alter table phone add ownership float8 not null default 0.5 check (ownership between 0 and 1),
  add ownership_at timestamptz not null default now(),
  -- the last local date on which a network said that there is no such number
  add invalid_on date;
alter table phone drop constraint phone_status_check;
-- doubtful: most likely somebody else's by now
alter table phone add constraint phone_status_check
  check (status in ('active', 'invalid', 'wrong_number', 'retired', 'doubtful'));
-- a number that goes on to be doubtful by silence alone, found by the daily turn
create index phone_silent on phone (ownership_at) where status = 'active' and owner = 'debtor';

-- ------------------------------------------------------------------ the relation

create table relation (
  debtor_id uuid not null references debtor,
  creditor_id uuid not null references creditor,
  score int not null check (score between 0 and 100),
  track text not null check (track in ('standard', 'soft')),
  -- what the score is made of, each part with its points
  points jsonb not null,
  -- days between two calls; null: as the campaign has it
  gap_days int check (gap_days > 0),
  counted_at timestamptz not null default clock_timestamp(),
  primary key (debtor_id, creditor_id)
);

-- One question after some talks.
create table survey (
  id uuid primary key default new_id(),
  attempt_id uuid not null unique,
  creditor_id uuid not null references creditor,
  debtor_id uuid not null references debtor,
  account_id uuid not null references account,
  asked_at timestamptz not null default clock_timestamp(),
  answer int check (answer between 1 and 5),
  answered_at timestamptz,
  check ((answer is null) = (answered_at is null))
);
create index on survey (creditor_id, id);

-- ------------------------------------------------------------------ given to somebody else

create table hand_over (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  -- who collects now
  kind text not null check (kind in ('agency', 'field')),
  recipient text not null,
  reason text not null,
  handed_by text not null,
  handed_at timestamptz not null default clock_timestamp()
);
create index on hand_over (creditor_id, id);
create table hand_over_account (
  hand_over_id uuid not null references hand_over,
  account_id uuid not null references account,
  hold_id uuid not null references hold,
  recalled_at timestamptz,
  recalled_by text,
  recall_reason text,
  primary key (hand_over_id, account_id),
  check ((recalled_at is null) = (recalled_by is null) and (recalled_at is null) = (recall_reason is null))
);
create unique index one_recipient on hand_over_account (account_id) where recalled_at is null;

-- ------------------------------------------------------------------ of a creditor, as in 0013

do $$
declare
  v_table text;
begin
  foreach v_table in array '{case_file,abuse_warning,survey,relation,hand_over}'::text[] loop
    execute format('alter table %I enable row level security', v_table);
    execute format('create policy own on %I to santun_creditor
      using (creditor_id = any ((select scoped_creditors())::uuid[]))', v_table);
  end loop;
  foreach v_table in array '{case_hold,case_evidence}'::text[] loop
    execute format('alter table %I enable row level security', v_table);
    execute format('create policy of_case on %I to santun_creditor
      using (exists (select from case_file c where c.id = case_id))', v_table);
  end loop;
end $$;
alter table hand_over_account enable row level security;
create policy of_hand_over on hand_over_account to santun_creditor
  using (exists (select from hand_over h where h.id = hand_over_id));
alter table number_evidence enable row level security;
create policy of_phone on number_evidence to santun_creditor
  using (exists (select from phone p where p.id = phone_id));
grant select, insert, update on case_file, survey, relation, hand_over_account to santun_creditor;
grant select, insert on case_hold, case_evidence, number_evidence, hand_over, abuse_warning to santun_creditor;
