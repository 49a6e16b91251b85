-- Carriers: is a trunk there, how well does it do, which numbers does it take, who holds its channels.

-- every so often a trunk is asked with OPTIONS; null: it is not asked
alter table trunk add options_interval_ms int default 30000
  check (options_interval_ms between 1000 and 3600000);

create table trunk_health (
  trunk_id uuid primary key references trunk on delete cascade,
  state text not null default 'up' check (state in ('up', 'down')),
  since timestamptz not null default now(),
  -- what took it down: silence to OPTIONS, which then brings it back, or to calls
  down_by text check (down_by in ('options', 'call')),
  reason text,
  option_misses int not null default 0,
  call_misses int not null default 0,
  hits int not null default 0,
  back_off_ms int not null default 30000,
  -- one call may try it from then on
  trial_at timestamptz,
  -- since when it takes calls again: the rate rises from one call a second to the whole within a minute
  warm_from timestamptz,
  -- whoever moves this into the future asks until then, and nobody else does
  next_probe_at timestamptz not null default now(),
  prober uuid,
  probed_at timestamptz,
  probe_status int,
  round_trip_ms int,
  -- against its own longer past: alarms, and by how much it is preferred less
  quality_alarms jsonb not null default '[]',
  weight_factor float8 not null default 1 check (weight_factor > 0 and weight_factor <= 1),
  constraint trunk_health_down check ((state = 'down') = (down_by is not null and reason is not null)),
  constraint trunk_health_trial check ((trial_at is not null) = (down_by is not distinct from 'call'))
);

-- What became of the INVITEs of five minutes, counted once.
create table trunk_quality (
  trunk_id uuid not null references trunk on delete cascade,
  from_at timestamptz not null,
  seizures int not null,
  answered int not null,
  -- the network did its part: answered, busy, no answer, declined, no such number
  effective int not null,
  -- answered, and over within six seconds
  short int not null,
  rung int not null,
  -- INVITE to the first 18x or the answer, sum over those that rang
  post_dial_delay_ms bigint not null,
  primary key (trunk_id, from_at)
);

-- Trunks that stand for each other, as the two servers of one carrier.
create table trunk_group (
  id uuid primary key default new_id(),
  name text not null unique,
  created_at timestamptz not null default now()
);
alter table trunk add group_id uuid references trunk_group;
-- share among trunks that are equally good for a number
alter table trunk add weight int not null default 100 check (weight between 1 and 10000);

-- Which numbers a trunk or a group takes, at which price. A trunk that no route names takes all.
create table trunk_route (
  id uuid primary key default new_id(),
  trunk_id uuid references trunk on delete cascade,
  group_id uuid references trunk_group on delete cascade,
  -- beginnings of E.164 numbers; the empty text stands for every number
  prefixes text[] not null check (cardinality(prefixes) > 0),
  -- only these of the trunk's numbers may be shown; null: all of them
  caller_ids text[] check (cardinality(caller_ids) > 0),
  -- null: the trunk's own
  priority int,
  cost_per_minute_minor bigint check (cost_per_minute_minor >= 0),
  created_at timestamptz not null default now(),
  constraint trunk_route_target check ((trunk_id is null) <> (group_id is null))
);
create index on trunk_route (trunk_id);
create index on trunk_route (group_id);

-- A channel is held by a process: it is free when the call ends, or when the process falls silent.
alter table call_leg add sip_instance_id uuid;

create or replace function open_customer_leg(p_attempt_id uuid, p_call_id uuid, p_trunk_id uuid)
returns uuid language plpgsql as $$
declare
  v_max_channels int;
  v_leg_id uuid;
  v_first_call uuid := first_id_at(now() - interval '2 days');
begin
  select max_channels into v_max_channels from trunk where id = p_trunk_id for no key update;
  insert into call_leg (call_id, kind, trunk_id, sip_instance_id, invited_at)
  select p_call_id, 'customer', p_trunk_id,
    (select sip_instance_id from attempt where id = p_attempt_id), clock_timestamp()
  where v_max_channels > (select count(*) from call_leg l
      where l.trunk_id = p_trunk_id and l.kind = 'customer' and l.ended_at is null
        and l.call_id >= v_first_call
        and (l.sip_instance_id is null or exists (select from sip_instance i
          where i.id = l.sip_instance_id and i.state <> 'dead'
            and i.heartbeat_at > clock_timestamp() - interval '60 s')))
    and exists (select from attempt a
      where a.id = p_attempt_id and a.state = 'dialing' and a.withdraw_cause is null
        and (select d.expires_at from decision d where d.id = coalesce(a.invite_decision_id, a.decision_id))
          > clock_timestamp())
    and not exists (select 1 from kill_switch k, attempt a
      where a.id = p_attempt_id and k.released_at is null
        and (k.scope = 'all' or k.scope_id = case k.scope when 'creditor' then a.creditor_id
          when 'campaign' then a.campaign_id else p_trunk_id end))
  returning id into v_leg_id;
  if v_leg_id is not null then
    update attempt set trunk_id = p_trunk_id where id = p_attempt_id and state <> 'ended';
  end if;
  return v_leg_id;
end $$;
