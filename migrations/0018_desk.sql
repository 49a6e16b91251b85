-- The agents' desk: talks are handed on.

-- ------------------------------------------------------------------ transfers

-- Offices of a creditor that a talk may be handed to (a branch, a complaints desk). Nobody's phone: a
-- number that is stored of a person is refused here, and again right before it would be dialed.
create table office_number (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  name text not null,
  e164 text not null check (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  created_at timestamptz not null default now(),
  -- never deleted: transfers name it
  retired_at timestamptz
);
create unique index office_number_creditor_id_e164_key on office_number (creditor_id, e164) where retired_at is null;

-- A talk that is to be handed on, and what came of it; see domain/call-transfer.ts.
create table call_transfer (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  attempt_id uuid not null,
  -- blind: joined as soon as the other answers; attended: the agent talks to them first
  kind text not null check (kind in ('blind', 'attended')),
  target text not null check (target in ('agent', 'phone', 'office')),
  from_agent_id uuid not null references agent,
  to_agent_id uuid references agent,
  to_session_id uuid references agent_session,
  phone_id uuid references phone,
  office_number_id uuid references office_number,
  -- the permit for another number of the person
  decision_id uuid,
  note text,
  state text not null default 'requested' check (state in
    ('requested', 'reaching', 'consulting', 'completed', 'failed', 'cancelled')),
  -- every open state has a time limit
  state_limit_at timestamptz,
  cause text not null,
  requested_by text not null,
  requested_at timestamptz not null default now(),
  joined_at timestamptz,
  ended_at timestamptz,
  check ((state in ('completed', 'failed', 'cancelled')) = (ended_at is not null)),
  check ((target = 'agent') = (to_agent_id is not null and to_session_id is not null)),
  check ((target = 'phone') = (phone_id is not null)),
  check ((target = 'office') = (office_number_id is not null))
);
create unique index one_open_transfer on call_transfer (attempt_id) where ended_at is null;
create index on call_transfer (attempt_id);
create index call_transfer_limit on call_transfer (state_limit_at) where ended_at is null;

alter table call_leg
  -- when the leg and the debtor's began to hear each other; until ended_at
  add column joined_at timestamptz,
  -- the transfer that the leg was opened for; null: the debtor's own, or the first agent's
  add column transfer_id uuid;

-- The talk goes on without an agent of ours: whoever handed it on wraps up meanwhile.
alter table attempt add column agent_left_at timestamptz;

-- The last thing before the INVITE of a transfer, as open_customer_leg is of a call: a channel is free,
-- no kill switch stands over it, the talk and the transfer go on, and the number is still one that may be
-- dialed: a permit that holds for a number of the person, the list for an office. An office's number is
-- nobody's phone.
create function open_transfer_leg(p_transfer_id uuid, p_call_id uuid, p_trunk_id uuid)
returns uuid language plpgsql as $$
declare
  v_max_channels int;
  v_leg_id uuid;
  v_first_call uuid := first_id_at(now() - interval '2 days');
begin
  select max_channels into v_max_channels from trunk where id = p_trunk_id for no key update;
  insert into call_leg (call_id, kind, trunk_id, transfer_id, sip_instance_id, invited_at)
  select p_call_id, 'customer', p_trunk_id, p_transfer_id,
    (select a.sip_instance_id from call_transfer x join attempt a on a.id = x.attempt_id where x.id = p_transfer_id),
    clock_timestamp()
  where v_max_channels > (select count(*) from call_leg l
      where l.trunk_id = p_trunk_id and l.kind = 'customer' and l.ended_at is null
        and l.call_id >= v_first_call
        and (l.sip_instance_id is null or exists (select from sip_instance i
          where i.id = l.sip_instance_id and i.state <> 'dead'
            and i.heartbeat_at > clock_timestamp() - interval '60 s')))
    and exists (select from call_transfer x join attempt a on a.id = x.attempt_id
      where x.id = p_transfer_id and x.state = 'reaching'
        and a.state = 'connected' and a.agent_left_at is null
        and case x.target
          when 'phone' then (select d.expires_at from decision d where d.id = x.decision_id) > clock_timestamp()
          when 'office' then exists (select from office_number o
            where o.id = x.office_number_id and o.creditor_id = a.creditor_id and o.retired_at is null
              and not exists (select from phone p where p.e164 = o.e164))
          else false end
        and not exists (select from kill_switch k where k.released_at is null
          and (k.scope = 'all' or k.scope_id = case k.scope when 'creditor' then a.creditor_id
            when 'campaign' then a.campaign_id else p_trunk_id end)))
  returning id into v_leg_id;
  return v_leg_id;
end $$;

-- ------------------------------------------------------------------ callbacks

alter table attempt drop constraint attempt_mode_check;
alter table attempt add constraint attempt_mode_check check (mode in ('progressive', 'manual', 'callback'));

-- A call at a time that the person named, see domain/callback.ts. Never deleted.
create table callback (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  campaign_id uuid not null references campaign,
  account_id uuid not null references account,
  debtor_id uuid not null references debtor,
  -- the talk in which it was agreed, on this number, by this agent
  attempt_id uuid not null,
  phone_id uuid not null references phone,
  agent_id uuid not null references agent,
  at timestamptz not null,
  state text not null default 'due' check (state in ('due', 'offered', 'done', 'missed', 'moved')),
  -- refused by the rules until then
  not_before timestamptz,
  cause text not null,
  -- by which it is kept, or made up for
  kept_attempt_id uuid,
  moved_to uuid references callback deferrable initially deferred,
  changed_by text not null,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  check ((state = 'moved') = (moved_to is not null)),
  check (state not in ('offered', 'done') or kept_attempt_id is not null)
);
create index callback_due on callback (at) where state = 'due';
create unique index one_due_callback on callback (account_id) where state in ('due', 'offered');
create index callback_missed on callback (account_id) where state = 'missed';
create index callback_kept on callback (kept_attempt_id) where state = 'offered';
create index on callback (agent_id, id desc);

-- Of a creditor, for keys that are bound to it, as in 0013.
do $$
declare
  v_table text;
begin
  foreach v_table in array '{office_number,call_transfer,callback}'::text[] loop
    execute format('alter table %I enable row level security', v_table);
    execute format('create policy own on %I for select to santun_creditor
      using (creditor_id = any ((select scoped_creditors())::uuid[]))', v_table);
    execute format('grant select on %I to santun_creditor', v_table);
  end loop;
end $$;
