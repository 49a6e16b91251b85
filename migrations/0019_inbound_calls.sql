-- Calls that come in from a trunk.

-- ------------------------------------------------------------------ a talk that came in

-- An offer of a call to one agent, and the talk that follows, are an attempt with direction `in`: state,
-- wrap-up, outcome and promise are those of a dialed one. No campaign dialed it and no permit was
-- needed; of whom it is about nothing is known until the caller is. It is never `counted`.
alter table attempt add direction text not null default 'out' check (direction in ('out', 'in')),
  add inbound_call_id uuid;
alter table attempt
  alter campaign_id drop not null, alter campaign_version drop not null,
  alter account_id drop not null, alter debtor_id drop not null, alter phone_id drop not null,
  alter decision_id drop not null, alter mode drop not null;
alter table attempt add constraint attempt_direction_facts check (case direction
  when 'out' then campaign_id is not null and campaign_version is not null and account_id is not null
    and debtor_id is not null and phone_id is not null and decision_id is not null and mode is not null
      and inbound_call_id is null
  else inbound_call_id is not null and campaign_id is null and decision_id is null and mode is null and not counted
    and (account_id is null) = (debtor_id is null) and (account_id is not null or phone_id is null) end);
-- somebody whom we ring calls us at that moment: the ringing is taken back
alter table attempt drop constraint attempt_withdraw_cause_check;
alter table attempt add constraint attempt_withdraw_cause_check check (withdraw_cause in ('hold', 'inbound'));

-- Still at most one a person; whose caller is not known yet is nobody's.
alter table open_attempt drop constraint open_attempt_pkey;
alter table open_attempt alter debtor_id drop not null, alter campaign_id drop not null;
alter table open_attempt add constraint open_attempt_person unique (debtor_id);
alter table open_attempt drop constraint open_attempt_attempt_id_key;
alter table open_attempt add primary key (attempt_id);

-- ------------------------------------------------------------------ every call that came in

create table inbound_call (
  -- of the call: its legs have it
  id uuid primary key default new_id(),
  at timestamptz not null default clock_timestamp(),
  trunk_id uuid not null,
  sip_instance_id uuid not null,
  leg_id uuid not null,
  called text not null check (called ~ '^\+[1-9][0-9]{6,14}$'),
  -- null: withheld
  caller text check (caller ~ '^\+[1-9][0-9]{6,14}$'),
  -- people whose own number it is, at the creditors of the number that was called
  matches int not null,
  -- of the one person that it is, if it is one
  creditor_id uuid,
  debtor_id uuid,
  account_id uuid,
  -- ringing: with us, nobody has answered
  state text not null default 'ringing' check (state in ('ringing', 'answered', 'missed')),
  cause text,
  -- the talk
  attempt_id uuid unique,
  decided_at timestamptz,
  check ((state = 'ringing') = (decided_at is null))
);
create index on inbound_call (trunk_id, id);
create index on inbound_call (debtor_id, id) where debtor_id is not null;
create index inbound_call_ringing on inbound_call (sip_instance_id) where state = 'ringing';

-- Somebody wants to be called: from a call that nobody took. One that is open for a person (or, of whom
-- nothing is known, for a number) and a creditor.
create table callback_request (
  id uuid primary key default new_id(),
  creditor_id uuid references creditor,
  debtor_id uuid references debtor,
  account_id uuid references account,
  e164 text check (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  source text not null check (source in ('missed_call')),
  requested_at timestamptz not null default clock_timestamp(),
  last_call_id uuid not null,
  last_call_at timestamptz not null default clock_timestamp(),
  calls int not null default 1,
  state text not null default 'open' check (state in ('open', 'done', 'dismissed')),
  resolved_at timestamptz,
  resolved_by text,
  resolution text,
  check (debtor_id is not null or e164 is not null),
  check ((state = 'open') = (resolved_at is null)),
  check ((resolved_at is null) = (resolved_by is null) and (resolved_at is null) = (resolution is null))
);
create unique index one_open_callback_of_person on callback_request (debtor_id, creditor_id)
  nulls not distinct where state = 'open' and debtor_id is not null;
create unique index one_open_callback_of_number on callback_request (e164, creditor_id)
  nulls not distinct where state = 'open' and debtor_id is null;

-- ------------------------------------------------------------------ what keys of creditors see

alter table inbound_call enable row level security;
alter table callback_request enable row level security;
-- the agent's campaign is the creditor's when the number that was called is that of several
create policy own on inbound_call for select to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[])
    or (creditor_id is null and exists (select from attempt a where a.inbound_call_id = inbound_call.id)));
create policy own on callback_request to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
create policy of_attempt on open_attempt for select to santun_creditor
  using (campaign_id is null and exists (select from attempt a where a.id = attempt_id));
grant select on inbound_call, callback_request to santun_creditor;
grant update on callback_request to santun_creditor;
