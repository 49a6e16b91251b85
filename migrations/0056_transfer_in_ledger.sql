-- A talk that is handed on to another number of the person is a call placed to that number: from its permit
-- on the transfer is in the contact ledger (db/call-history.ts), as an attempt is.
alter table call_transfer
  -- what the talk is about; null: nobody knows who calls
  add column account_id uuid,
  -- the first INVITE to somebody outside; null: none has left
  add column invited_at timestamptz,
  -- the other talks to one of ours, or to the debtor
  add column answered_at timestamptz;

update call_transfer x set account_id = (select a.account_id from attempt a where a.id = x.attempt_id);
update call_transfer x set invited_at = l.invited_at,
  answered_at = case when x.joined_at is not null or l.joined_at is not null then l.answered_at end
from (select l.transfer_id, min(l.invited_at) as invited_at, min(l.answered_at) as answered_at,
    min(l.joined_at) as joined_at
  from call_transfer x join call c on c.attempt_id = x.attempt_id
    join call_leg l on l.call_id = c.id and l.transfer_id = x.id and l.kind = 'customer'
  group by l.transfer_id) l
where x.id = l.transfer_id;

create index call_transfer_placed on call_transfer (phone_id) where decision_id is not null;

-- As in 0024; the transfer is locked first: a hold that is about to withdraw it (0052) is waited for and seen,
-- so that an INVITE comes wholly before or is not sent. The leg knows its campaign (0055), and the transfer says
-- that an INVITE has left.
create or replace function open_transfer_leg(p_transfer_id uuid, p_call_id uuid, p_trunk_id uuid, p_cost bigint)
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
  perform from call_transfer where id = p_transfer_id for no key update;
  insert into call_leg (call_id, kind, trunk_id, cost_per_minute_minor, campaign_id, transfer_id,
    sip_instance_id, invited_at)
  select p_call_id, 'customer', p_trunk_id,
    coalesce(p_cost, (select cost_per_minute_minor from trunk where id = p_trunk_id)),
    (select a.campaign_id from call_transfer x join attempt a on a.id = x.attempt_id where x.id = p_transfer_id),
    p_transfer_id,
    (select a.sip_instance_id from call_transfer x join attempt a on a.id = x.attempt_id where x.id = p_transfer_id),
    clock_timestamp()
  where exists (select from call_transfer x join attempt a on a.id = x.attempt_id
    where x.id = p_transfer_id and x.state = 'reaching' and x.withdraw_cause is null
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
  if v_leg_id is not null then
    update call_transfer set trunk_id = p_trunk_id, invited_at = coalesce(invited_at, clock_timestamp())
    where id = p_transfer_id;
  end if;
  return v_leg_id;
end $$;
