-- What is owed, what was paid, and what of it paid what. The state of an account's money is a fold over
-- facts (src/domain/fold-debt.ts): the debt as the creditor stated it, payments, reversals, adjustments.

-- ------------------------------------------------------------------ the debt as stated

alter table account
  -- what the creditor said was owed, and as of when: payments received until then are in it already
  add column stated_minor bigint check (stated_minor >= 0),
  add column stated_at timestamptz not null default now(),
  -- paid beyond what is owed
  add column credit_minor bigint not null default 0 check (credit_minor >= 0);
update account set stated_minor = amount_due_minor;
alter table account alter column stated_minor set not null;

-- Whoever writes an account says what is due; what was stated is that, unless it is said.
create function state_debt() returns trigger language plpgsql as $$
begin
  new.stated_minor := new.amount_due_minor;
  return new;
end $$;
create trigger state_debt before insert on account for each row when (new.stated_minor is null)
  execute function state_debt();

-- The parts of a stated debt; their sum is account.stated_minor. An account without any has one
-- instalment, all of it principal, whose id is the account's own and which no row stands for.
create table instalment (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  account_id uuid not null references account,
  number int not null check (number > 0),
  due_date date not null,
  principal_minor bigint not null default 0 check (principal_minor >= 0),
  interest_minor bigint not null default 0 check (interest_minor >= 0),
  penalty_minor bigint not null default 0 check (penalty_minor >= 0),
  fee_minor bigint not null default 0 check (fee_minor >= 0),
  -- a later statement of the debt does not name it
  superseded_at timestamptz,
  unique (account_id, number)
);

-- What changes a debt beside payments: something of it is given up. Voided, never deleted.
create table adjustment (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  account_id uuid not null references account,
  kind text not null check (kind in ('write_off', 'fee_waiver', 'penalty_waiver', 'interest_waiver')),
  amount_minor bigint not null check (amount_minor > 0),
  -- what it rests on: an agreement
  subject_id uuid not null,
  reason text,
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  voided_at timestamptz,
  voided_by text,
  unique (kind, subject_id),
  check ((voided_at is null) = (voided_by is null))
);
create index on adjustment (account_id);

-- ------------------------------------------------------------------ payments

-- Who tells of a creditor's payments, and the secret that signs what they send.
create table payment_source (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  provider text not null check (provider ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
  secret_sealed bytea not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
create index on payment_source (creditor_id);

-- What was sent, byte for byte, kept before it is looked at.
create table payment_delivery (
  id uuid primary key default new_id(),
  source_id uuid not null references payment_source,
  creditor_id uuid not null references creditor,
  body bytea not null,
  body_sha256 bytea not null,
  state text not null default 'received' check (state in ('received', 'processed', 'refused')),
  -- why it was refused: field, reason, what would be accepted
  problems jsonb,
  payment_id uuid,
  times int not null default 1,
  received_at timestamptz not null default clock_timestamp(),
  processed_at timestamptz,
  unique (source_id, body_sha256),
  check ((state = 'refused') = (problems is not null)),
  check ((state = 'received') = (processed_at is null))
);
create index payment_delivery_waiting on payment_delivery (received_at) where state = 'received';
create index payment_delivery_refused on payment_delivery (creditor_id, id desc) where state = 'refused';

create table payment (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  -- null: nobody knows yet whose it is
  account_id uuid references account,
  debtor_id uuid references debtor,
  provider text not null,
  provider_payment_id text not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  method text,
  -- as the provider named the account
  account_external_id text,
  reference text,
  paid_at timestamptz not null,
  received_at timestamptz not null default clock_timestamp(),
  reversed_at timestamptz,
  unmatched_reason text check (unmatched_reason in
    ('no_reference', 'unknown_account', 'ambiguous_reference', 'currency_mismatch')),
  matched_at timestamptz,
  matched_by text,
  unique (creditor_id, provider, provider_payment_id),
  check ((account_id is null) = (debtor_id is null) and (account_id is null) = (matched_at is null)),
  check ((account_id is null) = (unmatched_reason is not null))
);
create index on payment (account_id);
create index payment_unmatched on payment (creditor_id, id desc) where account_id is null;

-- That a payment was taken back; it may come before its payment.
create table payment_reversal (
  creditor_id uuid not null references creditor,
  provider text not null,
  provider_payment_id text not null,
  reason text,
  received_at timestamptz not null default clock_timestamp(),
  primary key (creditor_id, provider, provider_payment_id)
);

-- What of a payment paid what: the fold's answer, kept.
create table payment_allocation (
  payment_id uuid not null references payment,
  creditor_id uuid not null references creditor,
  account_id uuid not null references account,
  -- of a row of instalment, or the account's own
  instalment_id uuid not null,
  component text not null check (component in ('principal', 'interest', 'penalty', 'fee')),
  amount_minor bigint not null check (amount_minor > 0),
  primary key (payment_id, instalment_id, component)
);
create index on payment_allocation (account_id);

-- While it lasts no call of the account begins: what calls_after_payment is counted against.
create table payment_silence (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  account_id uuid not null references account,
  cause text not null check (cause in ('nothing_due', 'quiet_days')),
  -- of quiet days: the payment that they follow
  payment_id uuid references payment,
  from_at timestamptz not null,
  -- null: until the account is open again
  to_at timestamptz
);
create unique index one_open_silence on payment_silence (account_id) where to_at is null;
create index on payment_silence (account_id, from_at);
create unique index on payment_silence (payment_id);

-- How an account can be paid, as its creditor says.
create table payment_instruction (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  account_id uuid not null references account,
  kind text not null check (kind in ('virtual_account', 'qris', 'link')),
  -- the bank of a virtual account
  label text,
  value text not null check (value <> ''),
  given_at timestamptz not null default now(),
  retired_at timestamptz
);
create index on payment_instruction (account_id) where retired_at is null;
create index payment_instruction_value on payment_instruction (creditor_id, value) where retired_at is null;

-- The debt as it stood when a call was joined or its card was first shown.
create table statement (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  attempt_id uuid not null unique,
  account_id uuid not null references account,
  taken_at timestamptz not null default clock_timestamp(),
  debt jsonb not null
);
create index on statement (account_id);

alter table import_batch drop constraint import_batch_kind_check;
alter table import_batch add constraint import_batch_kind_check
  check (kind in ('accounts', 'holds', 'consents', 'preferences', 'contacts', 'payments'));

-- ------------------------------------------------------------------ calls

-- A payment withdraws what rings, as a hold does.
alter table attempt drop constraint attempt_withdraw_cause_check;
alter table attempt add constraint attempt_withdraw_cause_check
  check (withdraw_cause in ('hold', 'inbound', 'payment'));

-- As in 0024, and the attempt is locked first: a payment or hold that is about to withdraw it is waited
-- for and seen, so that an INVITE comes wholly before or is not sent.
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

-- ------------------------------------------------------------------ of a creditor, as in 0013

do $$
declare
  v_table text;
begin
  foreach v_table in array '{instalment,adjustment,payment_source,payment_delivery,payment,payment_reversal,
      payment_allocation,payment_silence,payment_instruction,statement}'::text[] loop
    execute format('alter table %I enable row level security', v_table);
    execute format('create policy own on %I to santun_creditor
      using (creditor_id = any ((select scoped_creditors())::uuid[]))', v_table);
    execute format('grant select on %I to santun_creditor', v_table);
  end loop;
end $$;
-- what a bound key's imports, assignments and agreements write; sources and their secrets are the platform's
revoke select on payment_source from santun_creditor;
grant select (id, creditor_id, provider, created_by, created_at, retired_at) on payment_source to santun_creditor;
grant insert, update on instalment, adjustment, payment, payment_reversal, payment_silence, payment_instruction
  to santun_creditor;
grant insert on statement to santun_creditor;
grant insert, update, delete on payment_allocation to santun_creditor;
