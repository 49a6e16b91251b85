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

-- Takes a trunk one more call to this number? The last look before an INVITE, whatever it is for: it locks
-- the trunk until the leg is committed, so that two calls never take the last channel.
create function takes_call(p_trunk_id uuid, p_e164 text) returns boolean language plpgsql as $$
declare
  v_trunk trunk;
begin
  select * into v_trunk from trunk where id = p_trunk_id for no key update;
  return v_trunk.max_channels > open_channels(p_trunk_id)
    and exists (select from unnest(v_trunk.country_codes) code where starts_with(p_e164, '+' || code));
end $$;

create or replace function open_customer_leg(p_attempt_id uuid, p_call_id uuid, p_trunk_id uuid)
returns uuid language plpgsql as $$
declare
  v_leg_id uuid;
begin
  if not takes_call(p_trunk_id,
    (select p.e164 from attempt a join phone p on p.id = a.phone_id where a.id = p_attempt_id))
  then
    return null;
  end if;
  insert into call_leg (call_id, kind, trunk_id, sip_instance_id, invited_at)
  select p_call_id, 'customer', p_trunk_id,
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

create or replace function open_transfer_leg(p_transfer_id uuid, p_call_id uuid, p_trunk_id uuid)
returns uuid language plpgsql as $$
declare
  v_leg_id uuid;
begin
  if not takes_call(p_trunk_id, (select coalesce(
      (select p.e164 from phone p where p.id = x.phone_id),
      (select o.e164 from office_number o where o.id = x.office_number_id))
    from call_transfer x where x.id = p_transfer_id))
  then
    return null;
  end if;
  insert into call_leg (call_id, kind, trunk_id, transfer_id, sip_instance_id, invited_at)
  select p_call_id, 'customer', p_trunk_id, p_transfer_id,
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
