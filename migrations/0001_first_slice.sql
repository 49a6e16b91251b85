-- The first slice: from accounts to promises. Instants are timestamptz (UTC); money is bigint
-- minor units beside its ISO 4217 currency; phones are E.164. Rows that belong to a creditor
-- carry creditor_id. Ids are UUID version 7 (RFC 9562, 5.7): they grow with time, so attempts,
-- decisions, calls and events can be range-partitioned by month on their id.

create function new_id() returns uuid language sql volatile parallel safe as $$
  select encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid
$$;

-- ------------------------------------------------------------------ who owes what, to whom

create table creditor (
  id uuid primary key default new_id(),
  code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
  name text not null,
  currency text not null default 'IDR' check (currency ~ '^[A-Z]{3}$'),
  country text not null default 'ID' check (country ~ '^[A-Z]{2}$'),
  created_at timestamptz not null default now()
);

-- A person. Limits, holds and "one open attempt" belong here; money belongs to the account.
create table debtor (
  id uuid primary key default new_id(),
  name text not null,
  -- HMAC of a national identity number, when the creditor gives one: joins a person's accounts
  -- at several creditors without storing the number.
  identity_hash bytea unique,
  -- ISO 3166-2 of the address ('ID-JK'), and an IANA zone that the person stated; either or none.
  province text,
  stated_zone text,
  language text not null default 'id',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table debtor_reference (
  creditor_id uuid not null references creditor,
  external_id text not null,
  debtor_id uuid not null references debtor,
  primary key (creditor_id, external_id)
);
create index on debtor_reference (debtor_id);

create table phone (
  id uuid primary key default new_id(),
  debtor_id uuid not null references debtor,
  e164 text not null check (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  -- who answers it: only 'debtor' can ever be called to collect
  owner text not null check (owner in ('debtor', 'spouse', 'emergency', 'employer', 'other')),
  line text not null default 'unknown' check (line in ('mobile', 'fixed', 'unknown')),
  status text not null default 'active' check (status in ('active', 'invalid', 'wrong_number', 'retired')),
  position int not null default 1,
  invalid_count int not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (debtor_id, e164),
  unique (id, owner)
);

create table account (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  debtor_id uuid not null references debtor,
  external_id text not null,
  product text,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_due_minor bigint not null check (amount_due_minor >= 0),
  due_date date not null,
  status text not null default 'open' check (status in ('open', 'paid', 'closed')),
  -- why this account may not be dialed although it is open; null: it may
  blocked_reason text check (blocked_reason in
    ('outcome_missing', 'promise_open', 'dispute', 'hardship', 'wrong_party', 'deceased', 'no_dialable_phone', 'review')),
  -- the instant it next becomes worth calling; null: not before somebody or something decides
  next_attempt_at timestamptz default now(),
  attempt_count int not null default 0,
  last_attempt_at timestamptz,
  content_hash bytea not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (creditor_id, external_id)
);
-- in the order in which accounts are called: the next one is the first of the index
create index account_due on account (creditor_id, next_attempt_at, due_date, id) where status = 'open' and blocked_reason is null;
create index on account (debtor_id);

create table import_batch (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  file_name text not null,
  file_sha256 text,
  format text not null check (format in ('csv', 'jsonl')),
  dry_run boolean not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  new_count int not null default 0,
  changed_count int not null default 0,
  unchanged_count int not null default 0,
  rejected_count int not null default 0,
  error text,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
create table import_rejection (
  import_id uuid not null references import_batch on delete cascade,
  line int not null,
  field text not null,
  reason text not null,
  accepted text not null,
  primary key (import_id, line, field)
);

-- ------------------------------------------------------------------ agents, pools, keys

create table pool (
  id uuid primary key default new_id(),
  name text not null unique,
  created_at timestamptz not null default now()
);

create table agent (
  id uuid primary key default new_id(),
  name text not null,
  sip_username text not null unique check (sip_username ~ '^[a-z0-9][a-z0-9._-]{1,63}$'),
  -- HA1 of RFC 7616 by algorithm (lower-case hex); the password itself is shown once, never kept
  sip_ha1_md5 text not null,
  sip_ha1_sha256 text not null,
  active boolean not null default true,
  created_at timestamptz not null default now()
);
create table agent_pool (
  agent_id uuid not null references agent,
  pool_id uuid not null references pool,
  primary key (agent_id, pool_id)
);

create table api_key (
  id uuid primary key default new_id(),
  role text not null check (role in ('admin', 'manager', 'supervisor', 'agent')),
  name text not null,
  agent_id uuid references agent,
  key_prefix text not null,
  key_sha256 bytea not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  check ((role = 'agent') = (agent_id is not null))
);

create table idempotency_key (
  api_key_id uuid not null references api_key,
  key text not null,
  request_sha256 bytea not null,
  status int,
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (api_key_id, key)
);

-- ------------------------------------------------------------------ signalling

-- One process that owns SIP dialogs. Alive while its heartbeat is fresh; a reaper marks it dead,
-- ends its attempts as unknown and frees its agents.
create table sip_instance (
  id uuid primary key,
  host text not null,
  state text not null default 'alive' check (state in ('alive', 'draining', 'dead')),
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  ended_at timestamptz
);

create table trunk (
  id uuid primary key default new_id(),
  name text not null unique,
  host text not null,
  port int not null default 5060 check (port between 1 and 65535),
  transport text not null default 'udp' check (transport in ('udp', 'tcp')),
  username text,
  -- AES-256-GCM under the installation's secret key: nonce(12) || tag(16) || ciphertext
  password_sealed bytea,
  caller_ids text[] not null check (cardinality(caller_ids) > 0),
  priority int not null default 1,
  calls_per_second numeric(6, 2) not null default 5 check (calls_per_second > 0),
  max_channels int not null default 30 check (max_channels > 0),
  first_response_timeout_ms int not null default 8000 check (first_response_timeout_ms between 500 and 32000),
  enabled boolean not null default true,
  -- generic cell rate algorithm: the instant at which the next INVITE may leave
  next_invite_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- A softphone's contact (RFC 3261, 10.3), bound to the sip instance that took the REGISTER.
create table registration (
  agent_id uuid primary key references agent,
  sip_instance_id uuid not null references sip_instance,
  contact_uri text not null,
  transport text not null check (transport in ('udp', 'tcp', 'ws', 'wss')),
  source_address text not null,
  source_port int not null,
  call_id text not null,
  cseq int not null,
  expires_at timestamptz not null,
  registered_at timestamptz not null default now()
);

-- ------------------------------------------------------------------ campaigns

create table campaign (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  name text not null,
  state text not null default 'draft' check (state in
    ('draft', 'ready', 'running', 'pausing', 'paused', 'draining', 'done')),
  state_since timestamptz not null default now(),
  version int not null default 1,
  -- the rule packs that decide whether a call is lawful, in order ('ID.BASE')
  rule_packs text[] not null check (cardinality(rule_packs) > 0),
  -- typed filter: {minDaysPastDue?, maxDaysPastDue?, minAmountDueMinor?, products?}
  filter jsonb not null default '{}',
  -- {ringTimeoutMs, wrapUpLimitMs, callerId?, trunkIds?}
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (creditor_id, name)
);
create table campaign_pool (
  campaign_id uuid not null references campaign,
  pool_id uuid not null references pool,
  primary key (campaign_id, pool_id)
);
create table campaign_event (
  id uuid primary key default new_id(),
  campaign_id uuid not null references campaign,
  at timestamptz not null default now(),
  version int not null,
  from_state text,
  to_state text not null,
  actor text not null,
  cause text not null
);

-- ------------------------------------------------------------------ an agent at work

create table agent_session (
  id uuid primary key default new_id(),
  agent_id uuid not null references agent,
  leg_mode text not null check (leg_mode in ('nailed_up', 'per_call')),
  state text not null default 'connecting' check (state in
    ('connecting', 'ready', 'reserved', 'ringing', 'in_call', 'hold', 'wrap_up', 'paused', 'lost', 'offline')),
  state_since timestamptz not null default now(),
  -- every state has a time limit; null only for ready, paused and offline
  state_limit_at timestamptz,
  -- grows by one with every change: a stale command names an older one and is refused
  seq int not null default 1,
  cause text not null,
  pause_reason text,
  -- asked for while busy: taken when the wrap-up ends
  wanted text check (wanted in ('paused', 'offline')),
  wanted_reason text,
  sip_instance_id uuid references sip_instance,
  attempt_id uuid,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((state = 'offline') = (ended_at is not null))
);
create unique index one_open_session on agent_session (agent_id) where ended_at is null;
create index agent_session_ready on agent_session (state_since) where state = 'ready';

create table agent_session_event (
  id uuid primary key default new_id(),
  session_id uuid not null references agent_session,
  seq int not null,
  at timestamptz not null default now(),
  from_state text,
  to_state text not null,
  cause text not null,
  actor text not null,
  attempt_id uuid,
  unique (session_id, seq)
);

-- ------------------------------------------------------------------ decisions, attempts, calls

-- Every time the gate was asked. A permit is a decision with verdict 'allow' that has not expired.
create table decision (
  id uuid primary key default new_id(),
  at timestamptz not null default now(),
  stage text not null check (stage in ('reserve', 'invite')),
  verdict text not null check (verdict in ('allow', 'deny')),
  denied_by text,
  failing jsonb not null default '[]',
  -- the facts that it rests on, without names and numbers
  facts jsonb not null,
  rule_packs jsonb not null,
  zones text[] not null,
  local_times jsonb not null,
  next_allowed_at timestamptz,
  expires_at timestamptz,
  creditor_id uuid not null references creditor,
  campaign_id uuid not null references campaign,
  account_id uuid not null references account,
  debtor_id uuid not null references debtor,
  phone_id uuid references phone,
  attempt_id uuid,
  check ((verdict = 'allow') = (expires_at is not null)),
  check ((verdict = 'deny') = (denied_by is not null))
);
create index on decision (campaign_id, id desc);
create index on decision (account_id, id desc);

create table attempt (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  campaign_id uuid not null references campaign,
  campaign_version int not null,
  account_id uuid not null references account,
  debtor_id uuid not null references debtor,
  phone_id uuid not null,
  phone_owner text not null default 'debtor' check (phone_owner = 'debtor'),
  agent_id uuid not null references agent,
  agent_session_id uuid not null references agent_session,
  decision_id uuid not null references decision,
  sip_instance_id uuid references sip_instance,
  trunk_id uuid references trunk,
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
  created_at timestamptz not null default now(),
  dialed_at timestamptz,
  ringing_at timestamptz,
  answered_at timestamptz,
  connected_at timestamptz,
  ended_at timestamptz,
  foreign key (phone_id, phone_owner) references phone (id, owner),
  check ((state = 'ended') = (result is not null and ended_at is not null))
);
create index attempt_debtor on attempt (debtor_id, created_at desc);
create index attempt_account on attempt (account_id, created_at desc);
create index attempt_campaign on attempt (campaign_id, id desc);
create index attempt_open on attempt (state_limit_at) where state <> 'ended';

-- At most one open attempt a person, whatever happens elsewhere: the primary key is the proof.
create table open_attempt (
  debtor_id uuid primary key references debtor,
  attempt_id uuid not null unique references attempt
);

create table attempt_event (
  id uuid primary key default new_id(),
  attempt_id uuid not null references attempt,
  at timestamptz not null default now(),
  from_state text,
  to_state text not null,
  cause text not null,
  actor text not null,
  detail jsonb
);
create index on attempt_event (attempt_id, id);

-- The conversation; its legs come and go.
create table call (
  id uuid primary key default new_id(),
  attempt_id uuid not null unique references attempt,
  creditor_id uuid not null references creditor,
  started_at timestamptz not null default now(),
  bridged_at timestamptz,
  ended_at timestamptz
);
create table call_leg (
  id uuid primary key default new_id(),
  call_id uuid not null references call,
  kind text not null check (kind in ('customer', 'agent')),
  trunk_id uuid references trunk,
  agent_id uuid references agent,
  sip_call_id text,
  invited_at timestamptz,
  ringing_at timestamptz,
  answered_at timestamptz,
  ended_at timestamptz,
  sip_status int,
  ended_by text
);
create index on call_leg (call_id);
-- the channels of a trunk that are in use
create index call_leg_open on call_leg (trunk_id) where kind = 'customer' and ended_at is null;

-- Opens the customer's leg on a trunk, the last thing before its INVITE. Null: no channel is free,
-- or the permit no longer holds (the claim may be a slow database ago), and nothing may leave.
-- A function, so that the trunk's row, which every call of the trunk wants, is locked for this
-- long and not for a round trip to a busy process; each statement sees what was committed before it.
create function open_customer_leg(p_attempt_id uuid, p_call_id uuid, p_trunk_id uuid)
returns uuid language plpgsql as $$
declare
  v_max_channels int;
  v_leg_id uuid;
begin
  select max_channels into v_max_channels from trunk where id = p_trunk_id for no key update;
  insert into call_leg (call_id, kind, trunk_id, invited_at)
  select p_call_id, 'customer', p_trunk_id, clock_timestamp()
  where v_max_channels > (select count(*) from call_leg
      where trunk_id = p_trunk_id and kind = 'customer' and ended_at is null)
    and exists (select 1 from attempt a join decision d on d.id = a.decision_id
      where a.id = p_attempt_id and a.state = 'dialing' and d.expires_at > clock_timestamp())
  returning id into v_leg_id;
  if v_leg_id is not null then
    update attempt set trunk_id = p_trunk_id where id = p_attempt_id and state <> 'ended';
  end if;
  return v_leg_id;
end $$;

-- ------------------------------------------------------------------ what was said and promised

create table outcome (
  id uuid primary key default new_id(),
  attempt_id uuid not null unique references attempt,
  creditor_id uuid not null references creditor,
  account_id uuid not null references account,
  debtor_id uuid not null references debtor,
  code text not null,
  root_cause text,
  note text,
  callback_at timestamptz,
  recorded_by text not null,
  recorded_at timestamptz not null default now()
);

create table promise (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  account_id uuid not null references account,
  debtor_id uuid not null references debtor,
  attempt_id uuid not null references attempt,
  outcome_id uuid not null references outcome,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  due_date date not null,
  method text not null,
  state text not null default 'open' check (state in ('open', 'kept', 'broken', 'cancelled')),
  created_at timestamptz not null default now()
);
create index on promise (account_id);
create unique index one_open_promise on promise (account_id) where state = 'open';

-- ------------------------------------------------------------------ events (transactional outbox)

-- A reader shows rows only below the oldest running transaction (pg_snapshot_xmin), in the order
-- (xid, id): nothing committed late is ever skipped by a cursor.
create table event (
  xid xid8 not null default pg_current_xact_id(),
  id bigint generated always as identity,
  at timestamptz not null default now(),
  type text not null,
  creditor_id uuid,
  campaign_id uuid,
  agent_id uuid,
  payload jsonb not null,
  primary key (xid, id)
);
