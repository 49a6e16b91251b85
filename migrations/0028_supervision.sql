-- A supervisor beside a talk, see domain/supervision.ts: who, which call, from, to. Never deleted.
create table supervision (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  attempt_id uuid not null,
  -- whose talk it was when it was asked for
  agent_id uuid not null references agent,
  -- whose softphone rings for the supervisor
  softphone_agent_id uuid not null references agent,
  -- the process that owns the call
  sip_instance_id uuid not null,
  mode text not null check (mode in ('listen', 'whisper', 'barge')),
  state text not null default 'requested' check (state in ('requested', 'ringing', 'active', 'ended')),
  cause text not null default 'requested',
  tell_agent boolean not null,
  reason text not null,
  requested_by text not null,
  requested_at timestamptz not null default now(),
  -- the supervisor hears the talk since
  started_at timestamptz,
  ended_at timestamptz,
  -- somebody wants it ended, or in another mode: the process looks here when it is rung
  end_requested_by text,
  check ((state = 'ended') = (ended_at is not null))
);
-- one at a time for a talk, and one for a softphone
create unique index one_open_supervision on supervision (attempt_id) where ended_at is null;
create unique index one_supervision_softphone on supervision (softphone_agent_id) where ended_at is null;
create index on supervision (attempt_id);
create index on supervision (creditor_id, id desc);

alter table supervision enable row level security;
create policy own on supervision to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]))
  with check (creditor_id = any ((select scoped_creditors())::uuid[]));
grant select, insert, update on supervision to santun_creditor;

-- What must be known of a softphone before it is rung for a supervisor: keys that are bound to creditors
-- see neither registrations nor sessions.
create function softphone_standing(p_agent_id uuid, p_sip_instance_id uuid)
returns table (registered_at_instance uuid, is_working boolean, has_engine boolean)
language sql stable security definer set search_path from current as $$
  select (select r.sip_instance_id from registration r where r.agent_id = p_agent_id and r.expires_at > now()),
    exists (select from agent_session s where s.agent_id = p_agent_id and s.ended_at is null
      and s.state not in ('paused', 'offline')),
    exists (select from media_engine_health h where h.sip_instance_id = p_sip_instance_id)
$$;

-- ------------------------------------------------------------------ three in a talk

-- The debtor, the agent and the other hear each other, until the agent leaves or lets the other go.
alter table call_transfer drop constraint call_transfer_state_check;
alter table call_transfer add constraint call_transfer_state_check check (state in
  ('requested', 'reaching', 'consulting', 'three_way', 'completed', 'failed', 'cancelled'));

-- Where in the engine comes in what the left channel is made of: the softphone's own audio, or, with more
-- than two in the talk, all that the debtor hears. Null: all that is not the customer's.
alter table recording_segment add agent_port int;
-- moved: to another relay of the same talk (a transfer, more than two, a softphone that began anew)
alter table recording_segment drop constraint recording_segment_end_cause_check;
alter table recording_segment add constraint recording_segment_end_cause_check
  check (end_cause in ('talk_ended', 'paused', 'engine_lost', 'moved'));
