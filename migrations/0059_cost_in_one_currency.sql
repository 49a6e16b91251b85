-- A campaign's cost limit is in its creditor's currency: what its legs cost in another one is not in its hours.

update campaign_hour h set cost_minor = greatest(h.cost_minor - other.cost_minor, 0)
from (select l.campaign_id, date_trunc('hour', l.billed_at, 'UTC') as hour, sum(l.cost_minor) as cost_minor
  from call_leg l join trunk t on t.id = l.trunk_id
  join campaign c on c.id = l.campaign_id join creditor k on k.id = c.creditor_id
  where l.answered_at is not null and l.billed_at is not null and t.cost_currency <> k.currency
  group by 1, 2) other
where h.campaign_id = other.campaign_id and h.hour = other.hour;

-- A key of one creditor validates its campaigns too: by what their trunks bill in, and no price.
grant select (cost_currency) on trunk to santun_creditor;
