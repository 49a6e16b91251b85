-- No call without a permit: rule packs and calendars as versions, the person's holds, consents and
-- wishes, the kill switch, and a proof for every decision. Instants are timestamptz (UTC).

-- ------------------------------------------------------------------ rule packs and calendars

-- Immutable versions of the law and of house policy. `body` is canonical JSON, exactly as hashed.
-- The version of a pack that decides at an instant is the approved one with the latest binds_from.
create table rule_pack_version (
  pack_id text not null check (pack_id ~ '^[A-Z0-9][A-Za-z0-9._-]{1,63}$'),
  version int not null check (version > 0),
  body text not null,
  sha256 bytea not null,
  state text not null default 'proposed' check (state in ('proposed', 'approved', 'rejected')),
  change_reason text not null,
  -- 'release' for what ships with the program, else 'key:<id>'
  proposed_by text not null,
  proposed_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  -- evaluated beside the binding version from here until it binds; only the difference is kept
  shadow_from timestamptz,
  binds_from timestamptz,
  -- a named person has read the law and signs for this version; null: reviewed false
  reviewed_by text,
  reviewed_at timestamptz,
  -- when the accounts that waited on the version before were looked at again
  waiting_released_at timestamptz,
  primary key (pack_id, version),
  -- whoever proposed may take it back, and never approves it
  check (state <> 'approved' or decided_by is distinct from proposed_by or proposed_by = 'release'),
  check ((state = 'proposed') = (decided_by is null)),
  check (binds_from is null or state = 'approved')
);

-- A dated revision of a calendar, whole: decisions name the revision that they rest on.
create table calendar_revision (
  calendar_id text not null check (calendar_id ~ '^[A-Z0-9][A-Z0-9-]{1,31}$'),
  revision text not null,
  body text not null,
  sha256 bytea not null,
  state text not null default 'proposed' check (state in ('proposed', 'approved', 'rejected')),
  change_reason text not null,
  proposed_by text not null,
  proposed_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  binds_from timestamptz,
  waiting_released_at timestamptz,
  primary key (calendar_id, revision),
  -- whoever proposed may take it back, and never approves it
  check (state <> 'approved' or decided_by is distinct from proposed_by or proposed_by = 'release'),
  check ((state = 'proposed') = (decided_by is null)),
  check (binds_from is null or state = 'approved')
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is kept as it was written', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger kept before update of pack_id, version, body, sha256, proposed_by on rule_pack_version
  for each row execute function refuse_change();
create trigger kept_row before delete on rule_pack_version for each row execute function refuse_change();
create trigger kept before update of calendar_id, revision, body, sha256, proposed_by on calendar_revision
  for each row execute function refuse_change();
create trigger kept_row before delete on calendar_revision for each row execute function refuse_change();

-- What two people decided stands, and a signature of a reader too. Only what was approved for later
-- and does not bind yet can still be rejected.
create function keep_decided() returns trigger language plpgsql as $$
declare
  v_open text[] := '{shadow_from,reviewed_by,reviewed_at,waiting_released_at}';
begin
  if old.state <> 'proposed' and to_jsonb(new) - v_open <> to_jsonb(old) - v_open
      and not (old.state = 'approved' and new.state = 'rejected' and old.binds_from > clock_timestamp()) then
    raise exception '% is decided', tg_table_name using errcode = 'restrict_violation';
  end if;
  if to_jsonb(old) ->> 'reviewed_by' is not null
      and to_jsonb(new) -> 'reviewed_by' is distinct from to_jsonb(old) -> 'reviewed_by' then
    raise exception '% is signed', tg_table_name using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger decided before update on rule_pack_version for each row execute function keep_decided();
create trigger decided before update on calendar_revision for each row execute function keep_decided();

-- When it was last told that a year of a calendar in use is missing, or only estimated.
create table calendar_alarm (
  calendar_id text not null,
  year int not null,
  reason text not null check (reason in ('missing', 'estimated')),
  told_at timestamptz not null default clock_timestamp(),
  primary key (calendar_id, year)
);

-- One number that grows with every change to packs and calendars: the gate asks for it each time,
-- and for the versions that bind only when it has grown.
create table rules_revision (
  revision bigint not null
);
create unique index one_rules_revision on rules_revision ((true));
insert into rules_revision values (1);
create function grow_rules_revision() returns trigger language plpgsql as $$
begin
  update rules_revision set revision = revision + 1;
  return null;
end $$;
create trigger grown after insert or update on rule_pack_version
  for each statement execute function grow_rules_revision();
create trigger grown after insert or update on calendar_revision
  for each statement execute function grow_rules_revision();

-- Policy packs that bind every campaign of the creditor. The law's packs apply by themselves, by
-- jurisdiction: nobody names them, nobody can leave them out.
alter table creditor
  add collector text not null default 'third_party' check (collector in ('first_party', 'third_party')),
  add rule_packs text[] not null default '{}';
update creditor set rule_packs = '{ID.POLICY.HOUSE,ID.POLICY.CUTI,ID.POLICY.COURTESY}' where country = 'ID';
alter table campaign drop constraint campaign_rule_packs_check;
alter table campaign alter rule_packs set default '{}';
-- what ID.BASE said is in the law's pack and in the house's
update campaign set rule_packs = array_remove(rule_packs, 'ID.BASE');

-- what a file was about
alter table import_batch add kind text not null default 'accounts'
  check (kind in ('accounts', 'holds', 'consents', 'preferences', 'contacts'));

alter table account
  add debt_kind text not null default 'loan',
  add notice_mailed_on date;
alter table phone
  add place text not null default 'mobile' check (place in ('home', 'mobile', 'work'));
create index on phone (e164);

-- ------------------------------------------------------------------ what the person said, and is due

-- A reason not to call: a person, one account, one number (whoever has it), all or one creditor's.
create table hold (
  id uuid primary key default new_id(),
  debtor_id uuid references debtor,
  account_id uuid references account,
  e164 text check (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  creditor_id uuid references creditor,
  kind text not null,
  reason text not null,
  evidence text,
  source text not null,
  external_id text,
  from_at timestamptz not null default now(),
  to_at timestamptz,
  -- by local dates at the person, when the law counts so: [starts_on, starts_on + days)
  starts_on date,
  days int check (days > 0),
  placed_by text not null,
  placed_at timestamptz not null default now(),
  lifted_at timestamptz,
  lifted_by text,
  lift_reason text,
  check (debtor_id is not null or e164 is not null),
  check (account_id is null or debtor_id is not null),
  check (to_at is null or to_at > from_at),
  check ((lifted_at is null) = (lift_reason is null) and (lifted_at is null) = (lifted_by is null)),
  unique (source, external_id)
);
create index hold_debtor on hold (debtor_id) where lifted_at is null;
create index hold_number on hold (e164) where lifted_at is null;
-- what an outcome said stands as a hold from now on: it can be lifted, and any gate cites it
insert into hold (debtor_id, account_id, kind, reason, source, external_id, placed_by, from_at)
select distinct on (debtor_id, blocked_reason, case blocked_reason when 'deceased' then debtor_id else id end)
  debtor_id, case blocked_reason when 'deceased' then null else id end, blocked_reason,
  'recorded as an outcome', 'account', id::text, 'release', updated_at
from account where blocked_reason in ('dispute', 'hardship', 'deceased');
update account set blocked_reason = null, next_attempt_at = now()
where blocked_reason in ('dispute', 'hardship', 'deceased');

-- When the person wants, or does not want, to be called. Refused binds; preferred is a wish.
create table contact_preference (
  id uuid primary key default new_id(),
  debtor_id uuid not null references debtor,
  kind text not null check (kind in ('refused', 'preferred')),
  days int[] not null check (cardinality(days) > 0),
  from_clock text not null check (from_clock ~ '^[0-2][0-9]:[0-5][0-9]$'),
  to_clock text not null check (to_clock ~ '^[0-2][0-9]:[0-5][0-9]$'),
  source_attempt_id uuid references attempt,
  source text not null,
  external_id text,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  removed_at timestamptz,
  removed_by text,
  removal_reason text,
  check (from_clock <> to_clock),
  check ((removed_at is null) = (removal_reason is null) and (removed_at is null) = (removed_by is null)),
  unique (source, external_id)
);
create index on contact_preference (debtor_id) where removed_at is null;

-- The consent ledger: given and withdrawn are rows that only grow.
create table consent (
  id uuid primary key default new_id(),
  debtor_id uuid not null references debtor,
  creditor_id uuid references creditor,
  kind text not null check (kind in ('time', 'frequency', 'locate', 'recording', 'channel')),
  -- locate: the number of the third person who agreed to be asked
  phone_id uuid references phone,
  channel text,
  purpose text,
  given_at timestamptz not null,
  valid_from timestamptz,
  valid_to timestamptz,
  windows jsonb,
  includes_holidays boolean not null default false,
  evidence text not null check (length(evidence) > 0),
  source text not null,
  external_id text,
  captured_by text not null,
  captured_at timestamptz not null default now(),
  check (kind <> 'time' or (valid_from < valid_to and windows is not null)),
  check ((kind = 'locate') = (phone_id is not null)),
  unique (source, external_id)
);
create index on consent (debtor_id);
create table consent_withdrawal (
  consent_id uuid primary key references consent,
  at timestamptz not null default now(),
  reason text not null check (length(reason) > 0),
  evidence text,
  withdrawn_by text not null,
  recorded_at timestamptz not null default now()
);
create trigger kept before update or delete on consent for each row execute function refuse_change();
create trigger kept before update or delete on consent_withdrawal for each row execute function refuse_change();

-- Contacts that this program did not make itself (inbound calls, letters, another dialer's calls).
-- Together with the attempts they are the contact ledger.
create table contact (
  id uuid primary key default new_id(),
  at timestamptz not null,
  direction text not null check (direction in ('out', 'in')),
  mode text not null default 'live' check (mode in ('live', 'preview', 'predictive', 'prerecorded')),
  outcome text not null,
  debtor_id uuid not null references debtor,
  account_ids uuid[] not null default '{}',
  e164 text check (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  place text not null default 'mobile' check (place in ('home', 'mobile', 'work')),
  creditor_id uuid references creditor,
  note text,
  source text not null,
  external_id text,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  unique (source, external_id)
);
create index on contact (debtor_id, at desc);
create index on contact (e164, at desc);
create trigger kept before update or delete on contact for each row execute function refuse_change();

-- ------------------------------------------------------------------ kill switch

-- Pulled and not yet released: no new INVITE within its scope, in any process.
create table kill_switch (
  id uuid primary key default new_id(),
  scope text not null check (scope in ('all', 'creditor', 'campaign', 'trunk')),
  scope_id uuid,
  reason text not null,
  -- automatic: the rule that pulled it and the figures it saw
  automatic jsonb,
  cancel_ringing boolean not null default false,
  pulled_by text not null,
  pulled_at timestamptz not null default now(),
  released_at timestamptz,
  released_by text,
  release_reason text,
  check ((scope = 'all') = (scope_id is null)),
  check ((released_at is null) = (release_reason is null) and (released_at is null) = (released_by is null))
);
create unique index one_switch_a_scope on kill_switch (scope, coalesce(scope_id, '00000000-0000-0000-0000-000000000000'))
  where released_at is null;
-- what a minute costs, for the cost limit; in the creditor's currency
alter table trunk add cost_per_minute_minor bigint not null default 0 check (cost_per_minute_minor >= 0);

-- ------------------------------------------------------------------ decisions and their proof

-- Public halves of the keys that sign; the private half is configuration.
create table signing_key (
  id text primary key,
  public_key bytea not null,
  created_at timestamptz not null default now()
);

-- `facts` and `record` are canonical JSON text: facts is the whole input of the decision, record
-- is what was decided and what it rests on, with the hash of facts. The signature is over record.
alter table decision
  add record text,
  add facts_text text,
  add record_sha256 bytea,
  add signature bytea,
  add key_id text references signing_key;
update decision set facts_text = facts::text, record = jsonb_build_object(
  'id', id, 'at', at, 'stage', stage, 'verdict', verdict, 'deniedBy', denied_by, 'failing', failing,
  'packs', rule_packs, 'zones', zones, 'localTimes', local_times, 'nextAllowedAt', next_allowed_at,
  'expiresAt', expires_at, 'creditorId', creditor_id, 'campaignId', campaign_id,
  'accountId', account_id, 'debtorId', debtor_id, 'phoneId', phone_id, 'attemptId', attempt_id)::text;
alter table decision
  drop column facts, drop column failing, drop column rule_packs, drop column zones, drop column local_times;
alter table decision rename column facts_text to facts;
alter table decision
  alter facts set not null,
  alter record set not null,
  drop constraint decision_stage_check,
  drop constraint decision_verdict_check,
  drop constraint decision_check,
  drop constraint decision_check1,
  add constraint decision_stage_check check (stage in ('reserve', 'lease', 'invite')),
  add constraint decision_verdict_check check (verdict in ('allow', 'agent_reserved', 'deny')),
  add constraint decision_expiry_check check ((verdict = 'deny') = (expires_at is null)),
  add constraint decision_denial_check check ((verdict = 'allow') = (denied_by is null)),
  add constraint decision_signed_check check ((signature is null) = (key_id is null) and (signature is null) = (record_sha256 is null));
create index on decision (debtor_id, id desc);
create index on decision (attempt_id) where attempt_id is not null;
create trigger kept before update or delete on decision for each row execute function refuse_change();

-- What a version in shadow would have decided in the place of the one that binds: one row for each
-- decision that it was compared with, whether or not they agree.
create table shadow_comparison (
  decision_id uuid not null references decision,
  pack_id text not null,
  version int not null,
  verdict text not null check (verdict in ('allow', 'agent_reserved', 'deny')),
  denied_by text,
  differs boolean not null,
  -- ids of rules that fail only with the shadow version, or only without it
  newly_failing text[] not null default '{}',
  no_longer_failing text[] not null default '{}',
  primary key (pack_id, version, decision_id),
  foreign key (pack_id, version) references rule_pack_version
);

alter table attempt
  add purpose text not null default 'collect' check (purpose in ('collect', 'locate')),
  add mode text not null default 'progressive' check (mode in ('progressive', 'manual')),
  -- the permit of the last look, right before the INVITE; its expiry is the one that counts then
  add invite_decision_id uuid references decision,
  -- how long a talk ran on after the window closed, told at the wrap-up
  add overtime_ms int,
  -- somebody wants the ringing to stop: the sip role that owns the call looks here while it rings
  add withdraw_cause text check (withdraw_cause in ('hold')),
  drop constraint attempt_phone_owner_check,
  add constraint attempt_phone_owner_check check (phone_owner = case purpose when 'collect' then 'debtor' else 'emergency' end);
create index attempt_phone on attempt (phone_id, created_at desc);

-- The latest calls of a campaign, for what stops it by itself: what we withdrew, or lost sight of,
-- says nothing of the people called.
create index attempt_finished on attempt (campaign_id, ended_at desc)
  where state = 'ended' and counted and result not in ('cancelled', 'unknown');
create index attempt_reached on attempt (campaign_id, ended_at desc) where result in ('connected', 'abandoned');
-- Whole hours of them, each counted once, when it is over.
create table campaign_hour (
  campaign_id uuid not null references campaign,
  hour timestamptz not null,
  calls int not null,
  answered int not null,
  -- seconds from the answer to the end, each times what a minute cost then
  cost_minor_seconds bigint not null,
  primary key (campaign_id, hour)
);

-- The last thing before the INVITE: a channel is free, the permit of the last look still holds, no
-- hold was placed and no kill switch was pulled since.
create or replace function open_customer_leg(p_attempt_id uuid, p_call_id uuid, p_trunk_id uuid)
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
    and exists (select 1 from attempt a join decision d on d.id = coalesce(a.invite_decision_id, a.decision_id)
      where a.id = p_attempt_id and a.state = 'dialing' and a.withdraw_cause is null
        and d.expires_at > clock_timestamp())
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

-- Who changed what, from what, to what, and why. Only grows; goes into the ledger like a decision.
create table audit_entry (
  id uuid primary key default new_id(),
  at timestamptz not null default now(),
  creditor_id uuid references creditor,
  actor text not null,
  action text not null,
  subject text not null,
  subject_id text not null,
  record text not null,
  record_sha256 bytea not null
);
create index on audit_entry (subject, subject_id, id desc);
create index on audit_entry (actor, id desc);
create trigger kept before update or delete on audit_entry for each row execute function refuse_change();

-- What is not chained yet, in the order of the transactions that wrote it. A table of its own: after
-- a restore into another server transaction numbers start low again, and no place in the stream
-- would mean anything, but what waits here still waits.
create table ledger_queue (
  xid xid8 not null default pg_current_xact_id(),
  subject_id uuid not null,
  kind text not null check (kind in ('decision', 'audit')),
  primary key (xid, subject_id)
-- rows come and go: clean up by their number, not by the size of the table
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create function queue_for_ledger() returns trigger language plpgsql as $$
begin
  insert into ledger_queue (subject_id, kind) values (new.id, tg_argv[0]);
  return null;
end $$;
create trigger queued after insert on decision for each row execute function queue_for_ledger('decision');
create trigger queued after insert on audit_entry for each row execute function queue_for_ledger('audit');

-- The hash chain, one a creditor ('creditor:<id>') and one of the installation ('installation').
-- Written behind the dialing by one chainer at a time, never in the gate's transaction.
create table ledger_entry (
  chain text not null,
  seq bigint not null check (seq > 0),
  kind text not null check (kind in ('decision', 'audit')),
  subject_id uuid not null unique,
  -- UTC day whose root covers it: of the record, but never before that of the entry ahead of it
  day date not null,
  -- over the previous hash, place, kind, record, key and signature: src/proof/ledger-entry.ts
  hash bytea not null,
  -- the chainer checked the signature; null: an audit entry has none of its own
  signature_valid boolean,
  chained_at timestamptz not null default now(),
  primary key (chain, seq),
  check ((kind = 'audit') = (signature_valid is null))
);
create trigger kept before update or delete on ledger_entry for each row execute function refuse_change();
-- Root of the Merkle tree over a chain's entries of one UTC day, signed.
create table ledger_root (
  chain text not null,
  day date not null,
  first_seq bigint not null,
  last_seq bigint not null,
  root bytea not null,
  head_hash bytea not null,
  -- entries whose signature did not hold when they were chained
  flawed bigint not null,
  signature bytea not null,
  key_id text not null references signing_key,
  made_at timestamptz not null default now(),
  primary key (chain, day)
);
create trigger kept before update or delete on ledger_root for each row execute function refuse_change();
