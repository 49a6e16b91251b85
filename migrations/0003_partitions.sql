-- What only grows lies in monthly partitions, by the time that is in the ids.

-- The first UUID version 7 (RFC 9562, 5.7) of the millisecond of an instant: everything that was
-- given its id from then on is greater or equal. Nothing in it but immutable functions, so that
-- the planner can see through it and leave partitions out; TypeScript: src/db/new-id.ts.
create function first_id_at(at timestamptz) returns uuid
  language sql immutable strict parallel safe as $$
  select (lpad(to_hex(greatest(floor(extract(epoch from at - timestamptz 'epoch') * 1000), 0)::bigint), 12, '0')
    || '70008000000000000000')::uuid
$$;

-- ------------------------------------------------------------------ the months of a table

-- Where a month begins in the key of a monthly table, as text: its first id where the key is an
-- id, else its first instant or day. Months are those of UTC.
create function month_bound(p_table regclass, p_month date) returns text
  language sql stable as $$
  select case t.typname
    when 'uuid' then first_id_at(p_month::timestamp at time zone 'UTC')::text
    when 'timestamptz' then (p_month::timestamp at time zone 'UTC')::text
    when 'date' then p_month::text
  end
  from pg_partitioned_table p
  join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
  join pg_type t on t.oid = a.atttypid
  where p.partrelid = p_table
$$;

-- Makes a month of a monthly table, '<table>_yyyy_mm'; false: it stands already. Rows of it that had
-- to lie in the default partition are taken over. The month is made apart and attached: that locks
-- the default partition for a moment, and nothing of what lies in the other months.
create function create_partition(p_table regclass, p_month date) returns boolean
  language plpgsql as $$
declare
  v_parent text := (select relname from pg_class where oid = p_table);
  v_name text := format('%s_%s', v_parent, to_char(p_month, 'YYYY_MM'));
  v_default text := v_parent || '_default';
  v_key text := pg_get_partkeydef(p_table);
  v_from text := month_bound(p_table, p_month);
  v_to text := month_bound(p_table, (p_month + interval '1 month')::date);
  v_waits boolean;
begin
  if to_regclass(v_name) is not null then
    return false;
  end if;
  v_key := substring(v_key from '\((.*)\)');
  execute format('create table %I (like %s including defaults including constraints)', v_name, p_table);
  execute format('select exists (select from %I where %I >= %L and %I < %L)', v_default, v_key, v_from, v_key, v_to)
    into v_waits;
  if v_waits then
    -- what is kept as it was written moves as it is
    execute format('alter table %I disable trigger user', v_default);
    execute format('with moved as (delete from %I where %I >= %L and %I < %L returning *)
      insert into %I select * from moved', v_default, v_key, v_from, v_key, v_to, v_name);
    execute format('alter table %I enable trigger user', v_default);
  end if;
  execute format('alter table %s attach partition %I for values from (%L) to (%L)', p_table, v_name, v_from, v_to);
  return true;
end $$;

-- What was taken out of the database, month by month: the ledger of before then begins with a root.
create table detached_partition (
  table_name text not null,
  month date not null,
  detached_at timestamptz not null default clock_timestamp(),
  detached_by text not null,
  primary key (table_name, month)
);

-- ------------------------------------------------------------------ the tables, anew by month

-- No foreign keys lead to what only grows, and none from it but one: the rows that it names are read
-- under lock in the transaction that writes it and are never deleted; what it proves must outlive
-- what it speaks of; and a month that is referred to could not be detached. What is kept is that
-- the number of an attempt belongs to whom the attempt's purpose allows.
alter table promise drop constraint promise_attempt_id_fkey, drop constraint promise_outcome_id_fkey;
alter table contact_preference drop constraint contact_preference_source_attempt_id_fkey;
create index on promise (outcome_id);

create schema before_partitions;
alter table decision set schema before_partitions;
alter table shadow_comparison set schema before_partitions;
alter table attempt set schema before_partitions;
alter table open_attempt set schema before_partitions;
alter table attempt_event set schema before_partitions;
alter table call set schema before_partitions;
alter table call_leg set schema before_partitions;
alter table outcome set schema before_partitions;
alter table contact set schema before_partitions;
alter table event set schema before_partitions;
alter table agent_session_event set schema before_partitions;
alter table ledger_entry set schema before_partitions;

create table decision (
  id uuid primary key default new_id(),
  at timestamptz not null default now(),
  stage text not null check (stage in ('reserve', 'lease', 'invite')),
  verdict text not null check (verdict in ('allow', 'agent_reserved', 'deny')),
  denied_by text,
  next_allowed_at timestamptz,
  expires_at timestamptz,
  creditor_id uuid not null,
  campaign_id uuid not null,
  account_id uuid not null,
  debtor_id uuid not null,
  phone_id uuid,
  attempt_id uuid,
  -- canonical JSON text: facts is the whole input of the decision, record is what was decided and
  -- what it rests on, with the hash of facts. The signature is over record.
  record text not null,
  facts text not null,
  record_sha256 bytea,
  signature bytea,
  key_id text,
  constraint decision_expiry_check check ((verdict = 'deny') = (expires_at is null)),
  constraint decision_denial_check check ((verdict = 'allow') = (denied_by is null)),
  constraint decision_signed_check check ((signature is null) = (key_id is null) and (signature is null) = (record_sha256 is null))
) partition by range (id);

create table shadow_comparison (
  decision_id uuid not null,
  pack_id text not null,
  version int not null,
  verdict text not null check (verdict in ('allow', 'agent_reserved', 'deny')),
  denied_by text,
  differs boolean not null,
  -- ids of rules that fail only with the shadow version, or only without it
  newly_failing text[] not null default '{}',
  no_longer_failing text[] not null default '{}',
  primary key (pack_id, version, decision_id)
) partition by range (decision_id);

create table attempt (
  id uuid primary key default new_id(),
  creditor_id uuid not null,
  campaign_id uuid not null,
  campaign_version int not null,
  account_id uuid not null,
  debtor_id uuid not null,
  phone_id uuid not null,
  phone_owner text not null default 'debtor',
  agent_id uuid not null,
  agent_session_id uuid not null,
  decision_id uuid not null,
  -- the permit of the last look, right before the INVITE; its expiry is the one that counts then
  invite_decision_id uuid,
  purpose text not null default 'collect' check (purpose in ('collect', 'locate')),
  mode text not null default 'progressive' check (mode in ('progressive', 'manual')),
  sip_instance_id uuid,
  trunk_id uuid,
  -- reserved: permit held, nothing sent. dialing: claimed by the sip role; an INVITE may have left.
  state text not null default 'reserved' check (state in ('reserved', 'dialing', 'ringing', 'answered', 'connected', 'ended')),
  state_since timestamptz not null default now(),
  state_limit_at timestamptz,
  -- technical result, see domain/attempt-result.ts; set exactly when it ended
  result text,
  sip_status int,
  sip_reason text,
  ended_by text,
  -- did an INVITE leave, or may it have? Then it counts for every cap.
  counted boolean not null default false,
  -- somebody wants the ringing to stop: the sip role that owns the call looks here while it rings
  withdraw_cause text check (withdraw_cause in ('hold')),
  -- how long a talk ran on after the window closed, told at the wrap-up
  overtime_ms int,
  created_at timestamptz not null default now(),
  dialed_at timestamptz,
  ringing_at timestamptz,
  answered_at timestamptz,
  connected_at timestamptz,
  ended_at timestamptz,
  foreign key (phone_id, phone_owner) references phone (id, owner),
  constraint attempt_phone_owner_check check (phone_owner = case purpose when 'collect' then 'debtor' else 'emergency' end),
  constraint attempt_ended_check check ((state = 'ended') = (result is not null and ended_at is not null))
) partition by range (id);

-- Who is being called: at most one open attempt a person, whatever happens elsewhere; the primary
-- key is the proof. Small, whatever there was before: what looks for open attempts looks here.
create table open_attempt (
  debtor_id uuid primary key,
  attempt_id uuid not null unique,
  campaign_id uuid not null
);

create table attempt_event (
  attempt_id uuid not null,
  id uuid not null default new_id(),
  at timestamptz not null default now(),
  from_state text,
  to_state text not null,
  cause text not null,
  actor text not null,
  detail jsonb,
  primary key (attempt_id, id)
) partition by range (attempt_id);

-- The conversation; its legs come and go.
create table call (
  attempt_id uuid primary key,
  id uuid not null default new_id(),
  creditor_id uuid not null,
  started_at timestamptz not null default now(),
  bridged_at timestamptz,
  ended_at timestamptz
) partition by range (attempt_id);

create table call_leg (
  call_id uuid not null,
  id uuid not null default new_id(),
  kind text not null check (kind in ('customer', 'agent')),
  trunk_id uuid,
  agent_id uuid,
  sip_call_id text,
  invited_at timestamptz,
  ringing_at timestamptz,
  answered_at timestamptz,
  ended_at timestamptz,
  sip_status int,
  ended_by text,
  primary key (call_id, id)
) partition by range (call_id);

create table outcome (
  attempt_id uuid primary key,
  id uuid not null default new_id(),
  creditor_id uuid not null,
  account_id uuid not null,
  debtor_id uuid not null,
  code text not null,
  root_cause text,
  note text,
  callback_at timestamptz,
  recorded_by text not null,
  recorded_at timestamptz not null default now()
) partition by range (attempt_id);

-- Contacts that this program did not make itself (inbound calls, letters, another dialer's calls).
-- Together with the attempts they are the contact ledger. By when they were, not by when they were
-- told: rules look back on the former.
create table contact (
  id uuid not null default new_id(),
  at timestamptz not null,
  direction text not null check (direction in ('out', 'in')),
  mode text not null default 'live' check (mode in ('live', 'preview', 'predictive', 'prerecorded')),
  outcome text not null,
  debtor_id uuid not null,
  account_ids uuid[] not null default '{}',
  e164 text check (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  place text not null default 'mobile' check (place in ('home', 'mobile', 'work')),
  creditor_id uuid,
  note text,
  source text not null,
  external_id text,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  primary key (id, at)
) partition by range (at);
-- what a source has told already, whichever month it was about
create table contact_origin (
  source text not null,
  external_id text not null,
  contact_id uuid not null,
  contact_at timestamptz not null,
  primary key (source, external_id)
);

-- A reader shows rows only below the oldest running transaction (pg_snapshot_xmin), in the order
-- (xid, id): nothing committed late is ever skipped by a cursor.
create sequence event_id;
create table event (
  xid xid8 not null default pg_current_xact_id(),
  id bigint not null default nextval('event_id'),
  at timestamptz not null default now(),
  type text not null,
  creditor_id uuid,
  campaign_id uuid,
  agent_id uuid,
  payload jsonb not null,
  primary key (xid, id, at)
) partition by range (at);

create table agent_session_event (
  session_id uuid not null,
  seq int not null,
  at timestamptz not null default now(),
  from_state text,
  to_state text not null,
  cause text not null,
  actor text not null,
  attempt_id uuid,
  primary key (session_id, seq)
) partition by range (session_id);

-- The hash chain, one a creditor ('creditor:<id>') and one of the installation ('installation').
-- Written behind the dialing by one chainer at a time, never in the gate's transaction. By day: a
-- month is one run of places of each chain, and whole days of signed roots. What waits to be
-- chained (ledger_queue) comes and goes, and what has a root (ledger_root) is a row a day: both stay
-- as they are.
create table ledger_entry (
  chain text not null,
  seq bigint not null check (seq > 0),
  kind text not null check (kind in ('decision', 'audit')),
  subject_id uuid not null,
  -- UTC day whose root covers it: of the record, but never before that of the entry ahead of it
  day date not null,
  -- over the previous hash, place, kind, record, key and signature: src/proof/ledger-entry.ts
  hash bytea not null,
  -- the chainer checked the signature; null: an audit entry has none of its own
  signature_valid boolean,
  chained_at timestamptz not null default now(),
  -- the day is in it because the months are by it: places are kept apart by ledger_head
  primary key (chain, seq, day),
  unique (subject_id, day),
  check ((kind = 'audit') = (signature_valid is null))
) partition by range (day);

-- Where each chain began and where it ends: so that nobody looks for it among the months, and a place
-- is given away once.
create table ledger_head (
  chain text primary key,
  first_day date not null,
  seq bigint not null,
  hash bytea not null,
  day date not null
);

-- ------------------------------------------------------------------ their months, and what there is

-- From the first month of which there is something, to two months ahead. What fits in no month is not
-- lost: the default partition has it, and the workers tell.
do $$
declare
  v_table regclass;
  v_first timestamptz;
  v_month date;
begin
  select least(min(at), now()) into v_first from (
    select min(at) as at from before_partitions.decision
    union all select min(created_at) from before_partitions.attempt
    union all select min(at) from before_partitions.event
    union all select min(at) from before_partitions.agent_session_event
    union all select min(day)::timestamptz from before_partitions.ledger_entry) old;
  for v_table in select partrelid from pg_partitioned_table
      where partrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace) loop
    execute format('create table %I partition of %s default',
      (select relname from pg_class where oid = v_table) || '_default', v_table);
    v_month := date_trunc('month', v_first at time zone 'UTC')::date;
    while v_month <= (now() at time zone 'UTC') + interval '2 months' loop
      perform create_partition(v_table, v_month);
      v_month := (v_month + interval '1 month')::date;
    end loop;
  end loop;
end $$;

insert into decision (id, at, stage, verdict, denied_by, next_allowed_at, expires_at, creditor_id, campaign_id,
  account_id, debtor_id, phone_id, attempt_id, record, facts, record_sha256, signature, key_id)
select id, at, stage, verdict, denied_by, next_allowed_at, expires_at, creditor_id, campaign_id,
  account_id, debtor_id, phone_id, attempt_id, record, facts, record_sha256, signature, key_id
from before_partitions.decision;
insert into shadow_comparison (decision_id, pack_id, version, verdict, denied_by, differs, newly_failing, no_longer_failing)
select decision_id, pack_id, version, verdict, denied_by, differs, newly_failing, no_longer_failing
from before_partitions.shadow_comparison;
insert into attempt (id, creditor_id, campaign_id, campaign_version, account_id, debtor_id, phone_id, phone_owner,
  agent_id, agent_session_id, decision_id, invite_decision_id, purpose, mode, sip_instance_id, trunk_id, state,
  state_since, state_limit_at, result, sip_status, sip_reason, ended_by, counted, withdraw_cause, overtime_ms,
  created_at, dialed_at, ringing_at, answered_at, connected_at, ended_at)
select id, creditor_id, campaign_id, campaign_version, account_id, debtor_id, phone_id, phone_owner,
  agent_id, agent_session_id, decision_id, invite_decision_id, purpose, mode, sip_instance_id, trunk_id, state,
  state_since, state_limit_at, result, sip_status, sip_reason, ended_by, counted, withdraw_cause, overtime_ms,
  created_at, dialed_at, ringing_at, answered_at, connected_at, ended_at
from before_partitions.attempt;
insert into open_attempt (debtor_id, attempt_id, campaign_id)
select o.debtor_id, o.attempt_id, t.campaign_id
from before_partitions.open_attempt o join before_partitions.attempt t on t.id = o.attempt_id;
insert into attempt_event (attempt_id, id, at, from_state, to_state, cause, actor, detail)
select attempt_id, id, at, from_state, to_state, cause, actor, detail from before_partitions.attempt_event;
insert into call (attempt_id, id, creditor_id, started_at, bridged_at, ended_at)
select attempt_id, id, creditor_id, started_at, bridged_at, ended_at from before_partitions.call;
insert into call_leg (call_id, id, kind, trunk_id, agent_id, sip_call_id, invited_at, ringing_at, answered_at,
  ended_at, sip_status, ended_by)
select call_id, id, kind, trunk_id, agent_id, sip_call_id, invited_at, ringing_at, answered_at,
  ended_at, sip_status, ended_by from before_partitions.call_leg;
insert into outcome (attempt_id, id, creditor_id, account_id, debtor_id, code, root_cause, note, callback_at,
  recorded_by, recorded_at)
select attempt_id, id, creditor_id, account_id, debtor_id, code, root_cause, note, callback_at,
  recorded_by, recorded_at from before_partitions.outcome;
insert into contact (id, at, direction, mode, outcome, debtor_id, account_ids, e164, place, creditor_id, note,
  source, external_id, recorded_by, recorded_at)
select id, at, direction, mode, outcome, debtor_id, account_ids, e164, place, creditor_id, note,
  source, external_id, recorded_by, recorded_at from before_partitions.contact;
insert into contact_origin (source, external_id, contact_id, contact_at)
select source, external_id, id, at from before_partitions.contact where external_id is not null;
insert into event (xid, id, at, type, creditor_id, campaign_id, agent_id, payload)
select xid, id, at, type, creditor_id, campaign_id, agent_id, payload from before_partitions.event;
select setval('event_id', coalesce((select max(id) from event), 0) + 1, false);
insert into agent_session_event (session_id, seq, at, from_state, to_state, cause, actor, attempt_id)
select session_id, seq, at, from_state, to_state, cause, actor, attempt_id
from before_partitions.agent_session_event;
insert into ledger_entry (chain, seq, kind, subject_id, day, hash, signature_valid, chained_at)
select chain, seq, kind, subject_id, day, hash, signature_valid, chained_at
from before_partitions.ledger_entry;
insert into ledger_head (chain, first_day, seq, hash, day)
select distinct on (chain) chain, first_value(day) over (partition by chain order by seq), seq, hash, day
from ledger_entry order by chain, seq desc;
drop schema before_partitions cascade;

-- ------------------------------------------------------------------ how they are searched

-- By the id, not by an instant beside it: what looks back says `id >= first_id_at(...)`, which
-- leaves the older months out and is the range of these indexes at once.
create index on decision (campaign_id, id desc);
create index on decision (account_id, id desc);
create index on decision (debtor_id, id desc);
create index on decision (attempt_id) where attempt_id is not null;
create index on attempt (debtor_id, id desc);
create index on attempt (account_id, id desc);
create index on attempt (campaign_id, id desc);
create index on attempt (phone_id, id desc);
-- The latest calls of a campaign, for what stops it by itself: what we withdrew, or lost sight of,
-- says nothing of the people called. The state is not named: while it moves, no index does.
create index attempt_finished on attempt (campaign_id, ended_at desc) where result not in ('cancelled', 'unknown');
create index attempt_reached on attempt (campaign_id, ended_at desc) where result in ('connected', 'abandoned');
create index on open_attempt (campaign_id);
create index on call (id);
-- the channels of a trunk that are in use
create index call_leg_open on call_leg (trunk_id) where kind = 'customer' and ended_at is null;
create index on outcome (id);
create index on outcome (account_id, attempt_id desc);
create index on contact (debtor_id, at desc);
create index on contact (e164, at desc);

create trigger kept before update or delete on decision for each row execute function refuse_change();
create trigger queued after insert on decision for each row execute function queue_for_ledger('decision');
create trigger kept before update or delete on contact for each row execute function refuse_change();
create trigger kept before update or delete on ledger_entry for each row execute function refuse_change();

-- The last thing before the INVITE: a channel is free, the permit of the last look still holds, no
-- hold was placed and no kill switch was pulled since. A leg that began days ago is no channel any
-- more: no talk is that long, and the months before are left alone.
create or replace function open_customer_leg(p_attempt_id uuid, p_call_id uuid, p_trunk_id uuid)
returns uuid language plpgsql as $$
declare
  v_max_channels int;
  v_leg_id uuid;
  v_first_call uuid := first_id_at(now() - interval '2 days');
begin
  select max_channels into v_max_channels from trunk where id = p_trunk_id for no key update;
  insert into call_leg (call_id, kind, trunk_id, invited_at)
  select p_call_id, 'customer', p_trunk_id, clock_timestamp()
  where v_max_channels > (select count(*) from call_leg
      where trunk_id = p_trunk_id and kind = 'customer' and ended_at is null
        and call_id >= v_first_call)
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
