-- What may be asked of a carrier, and what a carrier may cost.

-- Session timers (RFC 4028): how long a call stands without a refresh; null: for ever
alter table trunk
  add column session_expires_s int default 1800 check (session_expires_s between 1 and 86400),
  -- what the carrier may not go below; the API asks for the RFC's 90 of both
  add column min_session_expires_s int not null default 90 check (min_session_expires_s between 1 and 86400);

-- how the carrier is told who calls, see domain/cli-policy.ts
alter table trunk add column cli_policy jsonb not null
  default '{"header": "both", "domain": null, "privacy": "none", "diversion": "none"}';

-- Country codes (ITU-T E.164) whose numbers may be called by it
alter table trunk add column country_codes text[] not null default '{62}' check (cardinality(country_codes) > 0);

-- The channels of a trunk that are in use, the one place that counts them. A leg is a lease of the process
-- that owns its dialog, renewed by the process's heartbeat: when that stops, its channels are free within
-- a minute, whether or not anybody clears up. No talk is so long that a leg of two days ago is a channel.
create function open_channels(p_trunk_id uuid) returns bigint language plpgsql stable as $$
declare
  v_first_call uuid := first_id_at(now() - interval '2 days');
  v_last_call uuid := first_id_at(now() + interval '1 day');
begin
  return (select count(*) from call_leg l
    where l.trunk_id = p_trunk_id and l.kind = 'customer' and l.ended_at is null
      and l.call_id >= v_first_call and l.call_id < v_last_call
      and (l.sip_instance_id is null or exists (select from sip_instance i
        where i.id = l.sip_instance_id and i.state <> 'dead'
          and i.heartbeat_at > clock_timestamp() - interval '60 s')));
end $$;

-- What a carrier may cost. It bills an answered call by the first and then by each next seconds begun.
alter table trunk
  add column cost_currency text not null default 'IDR' check (cost_currency ~ '^[A-Z]{3}$'),
  add column billing_first_s int not null default 60 check (billing_first_s between 1 and 3600),
  add column billing_next_s int not null default 60 check (billing_next_s between 1 and 3600),
  -- whose days and months the caps are of
  add column billing_zone text not null default 'Asia/Jakarta',
  add column daily_spend_cap_minor bigint check (daily_spend_cap_minor >= 0),
  add column monthly_spend_cap_minor bigint check (monthly_spend_cap_minor >= 0),
  add column daily_minutes_cap int check (daily_minutes_cap >= 0),
  add column monthly_minutes_cap int check (monthly_minutes_cap >= 0),
  -- a call that runs counts as so many, for nobody cuts it off; 120: no talk is longer
  add column call_lease_minutes int not null default 120 check (call_lease_minutes between 1 and 120);

-- at which price it was opened; null: it came in, and costs us nothing
alter table call_leg add column cost_per_minute_minor bigint;

-- Answered calls of a day, in the trunk's zone, that have ended.
create table trunk_usage (
  trunk_id uuid not null references trunk on delete cascade,
  day date not null,
  billed_s bigint not null default 0,
  cost_minor bigint not null default 0,
  -- caps that were reached on it, each told once
  reached text[] not null default '{}',
  primary key (trunk_id, day)
);
-- of the platform, as trunk is: no policy, so no key that is bound to creditors sees it
alter table trunk_usage enable row level security;

create function billed_seconds(p_trunk trunk, p_talked_s numeric) returns bigint language sql immutable as $$
  select (p_trunk.billing_first_s + p_trunk.billing_next_s
    * ceil(greatest(p_talked_s - p_trunk.billing_first_s, 0) / p_trunk.billing_next_s))::bigint
$$;

create function cost_of_seconds(p_billed_s bigint, p_cost_per_minute_minor bigint) returns bigint
language sql immutable as $$
  select ceil(p_billed_s * p_cost_per_minute_minor / 60.0)::bigint
$$;

-- Once for each leg, in the transaction that has it answered and ended, whoever ends it.
create function bill_leg() returns trigger language plpgsql as $$
begin
  insert into trunk_usage as u (trunk_id, day, billed_s, cost_minor)
  select t.id, (new.answered_at at time zone t.billing_zone)::date, b.billed_s,
    cost_of_seconds(b.billed_s, new.cost_per_minute_minor)
  from trunk t, billed_seconds(t, extract(epoch from new.ended_at - new.answered_at)) as b(billed_s)
  where t.id = new.trunk_id
  on conflict (trunk_id, day) do update
    set billed_s = u.billed_s + excluded.billed_s, cost_minor = u.cost_minor + excluded.cost_minor;
  return null;
end $$;
create trigger bill after update on call_leg for each row
  when (new.cost_per_minute_minor is not null and new.answered_at is not null and new.ended_at is not null
    and (old.answered_at is null or old.ended_at is null))
  execute function bill_leg();

-- What a trunk has cost today and this month, and at worst will have by the calls that run.
create function trunk_use(p_trunk_id uuid, out day_s bigint, out day_minor bigint, out month_s bigint,
  out month_minor bigint, out held_s bigint, out held_minor bigint, out held_calls bigint)
language plpgsql stable as $$
declare
  v_first_call uuid := first_id_at(now() - interval '2 days');
  v_last_call uuid := first_id_at(now() + interval '1 day');
begin
  -- one statement: a call that ends moves from what is held to what is used, and is in one of the two
  select coalesce(u.day_s, 0), coalesce(u.day_minor, 0), coalesce(u.month_s, 0), coalesce(u.month_minor, 0),
    coalesce(h.held_s, 0), coalesce(h.held_minor, 0), h.held_calls
  into day_s, day_minor, month_s, month_minor, held_s, held_minor, held_calls
  from trunk t,
    lateral (select (clock_timestamp() at time zone t.billing_zone)::date as today) d,
    lateral (select sum(billed_s) filter (where day = today) as day_s,
        sum(cost_minor) filter (where day = today) as day_minor,
        sum(billed_s) as month_s, sum(cost_minor) as month_minor
      from trunk_usage where trunk_id = t.id and day between date_trunc('month', today)::date and today) u,
    lateral (select sum(b.billed_s) as held_s, count(*) as held_calls,
        sum(cost_of_seconds(b.billed_s, l.cost_per_minute_minor)) as held_minor
      from call_leg l, billed_seconds(t, greatest(t.call_lease_minutes * 60,
        extract(epoch from clock_timestamp() - coalesce(l.answered_at, clock_timestamp())))) as b(billed_s)
      where l.trunk_id = t.id and l.kind = 'customer' and l.ended_at is null
        and l.call_id >= v_first_call and l.call_id < v_last_call and l.cost_per_minute_minor is not null) h
  where t.id = p_trunk_id;
end $$;

-- The cap that one more call could overrun; null: none. Of no price in particular: at the trunk's own.
create function cap_reached(p_trunk_id uuid, p_cost_per_minute_minor bigint default null) returns text
language plpgsql stable as $$
declare
  t trunk;
  u record;
  v_s bigint;
  v_minor bigint;
begin
  select * into t from trunk where id = p_trunk_id;
  if num_nonnulls(t.daily_spend_cap_minor, t.monthly_spend_cap_minor, t.daily_minutes_cap,
    t.monthly_minutes_cap) = 0 then
    return null;
  end if;
  select * into u from trunk_use(p_trunk_id);
  v_s := u.held_s + billed_seconds(t, t.call_lease_minutes * 60);
  v_minor := u.held_minor + cost_of_seconds(billed_seconds(t, t.call_lease_minutes * 60),
    coalesce(p_cost_per_minute_minor, t.cost_per_minute_minor));
  return case
    when u.day_minor + v_minor > t.daily_spend_cap_minor then 'daily_spend'
    when u.day_s + v_s > t.daily_minutes_cap * 60 then 'daily_minutes'
    when u.month_minor + v_minor > t.monthly_spend_cap_minor then 'monthly_spend'
    when u.month_s + v_s > t.monthly_minutes_cap * 60 then 'monthly_minutes'
  end;
end $$;

-- Takes a trunk one more call to this number? The last look before an INVITE, whatever it is for: it locks
-- the trunk until the leg is committed, so that two calls never take the last channel, nor what is left of
-- a cap.
create function takes_call(p_trunk_id uuid, p_e164 text, p_cost_per_minute_minor bigint) returns boolean language plpgsql as $$
declare
  v_trunk trunk;
begin
  select * into v_trunk from trunk where id = p_trunk_id for no key update;
  return v_trunk.max_channels > open_channels(p_trunk_id)
    and exists (select from unnest(v_trunk.country_codes) code where starts_with(p_e164, '+' || code))
    and cap_reached(p_trunk_id, p_cost_per_minute_minor) is null;
end $$;

drop function open_customer_leg(uuid, uuid, uuid);
create function open_customer_leg(p_attempt_id uuid, p_call_id uuid, p_trunk_id uuid, p_cost bigint)
returns uuid language plpgsql as $$
declare
  v_leg_id uuid;
begin
  if not takes_call(p_trunk_id,
    (select p.e164 from attempt a join phone p on p.id = a.phone_id where a.id = p_attempt_id), p_cost)
  then
    return null;
  end if;
  insert into call_leg (call_id, kind, trunk_id, cost_per_minute_minor, sip_instance_id, invited_at)
  select p_call_id, 'customer', p_trunk_id,
    coalesce(p_cost, (select cost_per_minute_minor from trunk where id = p_trunk_id)),
    (select sip_instance_id from attempt where id = p_attempt_id), clock_timestamp()
  where exists (select from attempt a
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

drop function open_transfer_leg(uuid, uuid, uuid);
create function open_transfer_leg(p_transfer_id uuid, p_call_id uuid, p_trunk_id uuid, p_cost bigint)
returns uuid language plpgsql as $$
declare
  v_leg_id uuid;
begin
  if not takes_call(p_trunk_id, (select coalesce(
      (select p.e164 from phone p where p.id = x.phone_id),
      (select o.e164 from office_number o where o.id = x.office_number_id))
    from call_transfer x where x.id = p_transfer_id), p_cost)
  then
    return null;
  end if;
  insert into call_leg (call_id, kind, trunk_id, cost_per_minute_minor, transfer_id, sip_instance_id,
    invited_at)
  select p_call_id, 'customer', p_trunk_id,
    coalesce(p_cost, (select cost_per_minute_minor from trunk where id = p_trunk_id)), p_transfer_id,
    (select a.sip_instance_id from call_transfer x join attempt a on a.id = x.attempt_id where x.id = p_transfer_id),
    clock_timestamp()
  where exists (select from call_transfer x join attempt a on a.id = x.attempt_id
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

-- What was heard before the answer, see domain/early-media.ts; null: we did not place the call
alter table call_leg add column early_media text check (early_media in
  ('none', 'ringback', 'carrier_ringback', 'early_audio', 'queued', 'forwarded', 'progress'));
