-- How many calls a day may show one number.

-- null: as many as there are
alter table trunk add column calls_per_caller_id_per_day int check (calls_per_caller_id_per_day >= 1);

-- INVITEs that showed a number, by day of the trunk's zone; counted while a trunk that may show it has a
-- limit, whichever trunk they left by.
create table caller_id_day (
  caller_id text not null,
  day date not null,
  calls int not null,
  primary key (caller_id, day)
);
alter table caller_id_day enable row level security;

-- Numbers that a trunk may show no more today.
create function spent_caller_ids(t trunk) returns text[] language sql stable as $$
  select case when t.calls_per_caller_id_per_day is null then '{}'::text[] else coalesce((
    select array_agg(d.caller_id) from caller_id_day d
    where d.caller_id = any(t.caller_ids) and d.calls >= t.calls_per_caller_id_per_day
      and d.day = (clock_timestamp() at time zone t.billing_zone)::date), '{}') end
$$;

-- A campaign names numbers of its own, and a trunk may show none of them any more today.
create function lacks_caller_id(t trunk, p_settings jsonb) returns boolean language sql stable as $$
  select t.calls_per_caller_id_per_day is not null
    and p_settings ?| array['callerId', 'callerIds', 'callerIdByProvince']
    and not exists (select from unnest(t.caller_ids) n
      where n <> all (spent_caller_ids(t))
        and (p_settings->>'callerId' = n or p_settings->'callerIds' ? n
          or exists (select from jsonb_each_text(p_settings->'callerIdByProvince') p where p.value = n)))
$$;

-- As in 0024, and a trunk all of whose numbers are spent takes no call more either.
create or replace function cap_reached(p_trunk_id uuid, p_cost_per_minute_minor bigint default null) returns text
language plpgsql stable as $$
declare
  t trunk;
  u record;
  v_s bigint;
  v_minor bigint;
begin
  select * into t from trunk where id = p_trunk_id;
  if t.calls_per_caller_id_per_day is not null and t.caller_ids <@ spent_caller_ids(t) then
    return 'caller_ids';
  end if;
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

-- open_customer_leg, or open_transfer_leg, of a call that shows this number: one more than its limit never
-- leaves, however many ask at once. Null: nothing may leave.
create function open_shown_leg(p_attempt_id uuid, p_transfer_id uuid, p_call_id uuid, p_trunk_id uuid, p_cost bigint,
  p_caller_id text)
returns uuid language plpgsql as $$
declare
  v_limit int;
  v_leg_id uuid;
begin
  begin
    v_leg_id := case when p_transfer_id is null then open_customer_leg(p_attempt_id, p_call_id, p_trunk_id, p_cost)
      else open_transfer_leg(p_transfer_id, p_call_id, p_trunk_id, p_cost) end;
    if v_leg_id is null or not exists (select from trunk
        where calls_per_caller_id_per_day is not null and p_caller_id = any(caller_ids)) then
      return v_leg_id;
    end if;
    v_limit := (select calls_per_caller_id_per_day from trunk where id = p_trunk_id);
    insert into caller_id_day as d (caller_id, day, calls)
    select p_caller_id, (clock_timestamp() at time zone billing_zone)::date, 1 from trunk where id = p_trunk_id
    on conflict (caller_id, day) do update set calls = d.calls + 1 where v_limit is null or d.calls < v_limit;
    if not found then
      raise exception 'the number was shown as often as it may be' using errcode = 'SA001';
    end if;
    return v_leg_id;
  exception when sqlstate 'SA001' then
    return null; -- and the leg with it
  end;
end $$;
