-- A campaign is one document: typed filter, hours, retries, order, rules. The columns of campaign hold
-- the newest version's parts by ids, for those who read them at each call; the versions hold the
-- documents themselves.

create table campaign_version (
  campaign_id uuid not null references campaign,
  version int not null check (version > 0),
  -- canonical JSON, by names: src/domain/campaign-document
  document text not null,
  sha256 bytea not null,
  -- 'key:<id>', 'command line', or 'rule:<name>'
  author text not null,
  reason text not null,
  at timestamptz not null default clock_timestamp(),
  primary key (campaign_id, version)
);
create trigger kept before update or delete on campaign_version
  for each row execute function refuse_change();

-- From {minDaysPastDue, maxDaysPastDue, minAmountDueMinor, products} to the typed filter. Whoever asked
-- for accounts due today is asked for as a reminder from now on: nobody else is called before the
-- debt is past due.
update campaign set settings = settings || jsonb_build_object('reminders', jsonb_build_object(
  'daysBeforeDue', 0, 'accounts', jsonb_strip_nulls(jsonb_build_object(
    'amountDueMinor', case when filter ? 'minAmountDueMinor'
      then jsonb_build_object('from', filter -> 'minAmountDueMinor') end,
    'product', filter -> 'products'))))
where filter -> 'minDaysPastDue' = '0';
update campaign set filter = jsonb_strip_nulls(jsonb_build_object(
  'daysPastDue', case when filter ?| array['minDaysPastDue', 'maxDaysPastDue']
    then jsonb_build_object('from', filter -> 'minDaysPastDue', 'to', filter -> 'maxDaysPastDue') end,
  'amountDueMinor', case when filter ? 'minAmountDueMinor'
    then jsonb_build_object('from', filter -> 'minAmountDueMinor') end,
  'product', filter -> 'products'));

-- Automatic rules. Since when the figure of a rule has said so without a break.
create table campaign_rule_watch (
  campaign_id uuid not null references campaign,
  rule text not null,
  holds_since timestamptz not null,
  primary key (campaign_id, rule)
);
-- Each time that one fired, or would have.
create table campaign_rule_firing (
  id uuid primary key default new_id(),
  campaign_id uuid not null references campaign,
  -- whose document the rule stood in
  campaign_version int not null,
  rule text not null,
  at timestamptz not null default clock_timestamp(),
  figure numeric not null,
  action jsonb not null,
  dry_run boolean not null,
  -- what came of it: 'done', 'dry_run', or why nothing was done
  outcome text not null
);
create index on campaign_rule_firing (campaign_id, rule, at desc);
create trigger kept before update or delete on campaign_rule_firing
  for each row execute function refuse_change();
