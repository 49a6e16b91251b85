-- Accounts that are shown before they are called; help that agents ask for; the softphone page's own sign of life.

-- ------------------------------------------------------------------ previews

alter table agent_session drop constraint agent_session_state_check;
alter table agent_session add constraint agent_session_state_check check (state in
  ('connecting', 'ready', 'previewing', 'reserved', 'ringing', 'in_call', 'hold', 'wrap_up', 'paused', 'lost', 'offline'));
alter table attempt drop constraint attempt_mode_check;
alter table attempt add constraint attempt_mode_check check (mode in ('progressive', 'manual', 'callback', 'preview'));

-- An account that is shown to an agent, who calls it, skips it or puts it off; see domain/preview.ts. While
-- it is shown the person is taken: a row of open_attempt has the preview's id in the place of an attempt's.
create table preview (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  campaign_id uuid not null references campaign,
  account_id uuid not null references account,
  debtor_id uuid not null references debtor,
  -- the number that the rules would have let be called
  phone_id uuid not null references phone,
  agent_id uuid not null references agent,
  session_id uuid not null references agent_session,
  -- why it was the next, as an attempt keeps it
  choice jsonb not null,
  state text not null default 'shown' check (state in
    ('shown', 'called', 'skipped', 'rescheduled', 'timed_out', 'withdrawn')),
  shown_at timestamptz not null default now(),
  -- the lease: nobody else has the person until then, and whoever looks after it takes it back
  expires_at timestamptz not null,
  ended_at timestamptz,
  -- of a skip, else why it ended
  reason text,
  note text,
  rescheduled_to timestamptz,
  attempt_id uuid,
  check ((state = 'shown') = (ended_at is null)),
  check ((state = 'called') = (attempt_id is not null)),
  check ((state = 'rescheduled') = (rescheduled_to is not null))
);
create unique index one_shown_person on preview (debtor_id) where state = 'shown';
create unique index one_shown_session on preview (session_id) where state = 'shown';
create index preview_lease on preview (expires_at) where state = 'shown';
create index on preview (agent_id, id desc);
create index on preview (account_id, id desc);

-- ------------------------------------------------------------------ help

-- An agent in a call asks a supervisor to listen; see domain/help-request.ts.
create table help_request (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  campaign_id uuid references campaign,
  attempt_id uuid not null,
  call_id uuid,
  agent_id uuid not null references agent,
  reason text not null,
  note text,
  state text not null default 'open' check (state in ('open', 'accepted', 'ended')),
  -- how often it was told of again because nobody came
  escalation int not null default 0,
  escalates_at timestamptz,
  asked_at timestamptz not null default now(),
  accepted_at timestamptz,
  accepted_by text,
  ended_at timestamptz,
  cause text not null,
  check ((state = 'ended') = (ended_at is not null)),
  check ((state = 'open') = (escalates_at is not null))
);
create unique index one_open_help on help_request (attempt_id) where ended_at is null;
create index help_request_waiting on help_request (escalates_at) where state = 'open';
create index on help_request (agent_id, id desc);

-- ------------------------------------------------------------------ signs of life

-- When the page (or any program) of an agent last had its live stream open: a sign of its own, beside
-- that of the softphone. Not worth a line in the log of changes.
create unlogged table agent_app (
  agent_id uuid primary key references agent,
  seen_at timestamptz not null
);

-- ------------------------------------------------------------------ wrap-up

-- How often the agent has asked for more time in this wrap-up.
alter table agent_session add column wrap_up_extensions int not null default 0;

-- Of a creditor, for keys that are bound to it, as in 0013.
do $$
declare
  v_table text;
begin
  foreach v_table in array '{preview,help_request}'::text[] loop
    execute format('alter table %I enable row level security', v_table);
    execute format('create policy own on %I for select to santun_creditor
      using (creditor_id = any ((select scoped_creditors())::uuid[]))', v_table);
    execute format('grant select on %I to santun_creditor', v_table);
  end loop;
end $$;
alter table agent_app enable row level security;
