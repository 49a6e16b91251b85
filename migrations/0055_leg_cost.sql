-- What the legs of a campaign cost, as their carriers bill them: each at the price it was opened at and by
-- its trunk's increments. Transfers to numbers outside cost as the calls do that they are of.

alter table call_leg
  -- whose attempt it dials, or hands on; null: it came in, or is of no campaign
  add column campaign_id uuid,
  -- when it was known to be answered and over, and what it came to then, in minor units of its trunk's currency
  add column billed_at timestamptz,
  add column cost_minor bigint;

-- What somebody who talked from then to then costs: the one place that says so.
create function cost_of_talk(p_trunk_id uuid, p_cost_per_minute_minor bigint, p_from timestamptz, p_to timestamptz,
  out billed_s bigint, out cost_minor bigint)
language sql stable as $$
  select b.billed_s, cost_of_seconds(b.billed_s, p_cost_per_minute_minor)
  from trunk t, billed_seconds(t, extract(epoch from p_to - p_from)) as b(billed_s)
  where t.id = p_trunk_id
$$;

drop trigger bill on call_leg;

-- What is open, or was billed so lately that the automatic stop still looks at it leg by leg.
update call_leg l set campaign_id = a.campaign_id,
  billed_at = case when l.answered_at is not null then l.ended_at end,
  cost_minor = case when l.answered_at is not null and l.ended_at is not null then
    (select b.cost_minor from cost_of_talk(l.trunk_id, l.cost_per_minute_minor, l.answered_at, l.ended_at) b) end
from call c join attempt a on a.id = c.attempt_id
where c.id = l.call_id and l.cost_per_minute_minor is not null and (l.answered_at is not null or l.ended_at is null)
  and l.call_id >= first_id_at(now() - interval '28 days');

-- As in 0024, and the leg keeps what it came to.
create or replace function bill_leg() returns trigger language plpgsql as $$
declare
  v_cost record;
begin
  select * into v_cost
  from cost_of_talk(new.trunk_id, new.cost_per_minute_minor, new.answered_at, new.ended_at);
  new.billed_at := now();
  new.cost_minor := v_cost.cost_minor;
  insert into trunk_usage as u (trunk_id, day, billed_s, cost_minor)
  select t.id, (new.answered_at at time zone t.billing_zone)::date, v_cost.billed_s, v_cost.cost_minor
  from trunk t where t.id = new.trunk_id
  on conflict (trunk_id, day) do update
    set billed_s = u.billed_s + excluded.billed_s, cost_minor = u.cost_minor + excluded.cost_minor;
  return new;
end $$;
create trigger bill before update on call_leg for each row
  when (new.cost_per_minute_minor is not null and new.answered_at is not null and new.ended_at is not null
    and (old.answered_at is null or old.ended_at is null))
  execute function bill_leg();

-- of a campaign: those that were billed since, and those that run (not billed yet)
create index call_leg_of_campaign on call_leg (campaign_id, billed_at) include (answered_at, cost_minor)
  where campaign_id is not null and answered_at is not null;

-- Until now seconds of talk times the trunk's own price.
alter table campaign_hour add column cost_minor bigint;
update campaign_hour set cost_minor = ceil(cost_minor_seconds / 60.0);
alter table campaign_hour alter column cost_minor set not null, drop column cost_minor_seconds;

-- As in 0034, and the leg knows the campaign that it is of.
create or replace function open_customer_leg(p_attempt_id uuid, p_call_id uuid, p_trunk_id uuid, p_cost bigint)
returns uuid language plpgsql as $$
declare
  v_leg_id uuid;
begin
  if not takes_call(p_trunk_id,
    (select p.e164 from attempt a join phone p on p.id = a.phone_id where a.id = p_attempt_id), p_cost)
  then
    return null;
  end if;
  perform from attempt where id = p_attempt_id for no key update;
  insert into call_leg (call_id, kind, trunk_id, cost_per_minute_minor, campaign_id, sip_instance_id, invited_at)
  select p_call_id, 'customer', p_trunk_id,
    coalesce(p_cost, (select cost_per_minute_minor from trunk where id = p_trunk_id)),
    (select campaign_id from attempt where id = p_attempt_id),
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
