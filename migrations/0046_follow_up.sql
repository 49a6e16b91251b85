-- The account of a broken promise waits a while for the agent who took it: whoever has the task to follow it
-- up, since this account could be dialed (src/db/ready-accounts.ts).
alter table ready_account add column kept_for_agent_id uuid,
  add column kept_since timestamptz not null default now();
create index ready_kept_for on ready_account (kept_for_agent_id) where kept_for_agent_id is not null;

-- What a moved due date costs is owed as a fee of the instalment that it is for, by the agreement that it was
-- said in; nothing of it stands when the agreement is taken back (src/db/agreement-fees.ts).
alter table adjustment drop constraint adjustment_kind_check,
  add constraint adjustment_kind_check check (kind in
    ('write_off', 'fee_waiver', 'penalty_waiver', 'interest_waiver', 'reschedule_fee')),
  add column instalment_number int,
  add constraint adjustment_instalment_check check ((kind = 'reschedule_fee') = (instalment_number is not null));

-- By which a payment is known to answer a message: said in that message alone, so that whoever pays by it has
-- read what was sent to that number (src/db/paid-by-link.ts).
alter table message add column pay_reference text unique check (pay_reference ~ '^[A-HJ-NP-Z2-9]{10}$');
create index payment_reference on payment (creditor_id, upper(reference)) where reference is not null;

-- Evidence is never changed: what it rested on was taken back.
create table number_evidence_withdrawal (
  evidence_id uuid primary key references number_evidence,
  at timestamptz not null default clock_timestamp()
);
create trigger kept before update or delete on number_evidence_withdrawal for each row execute function refuse_change();
alter table number_evidence_withdrawal enable row level security;
create policy of_evidence on number_evidence_withdrawal to santun_creditor
  using (exists (select from number_evidence e where e.id = evidence_id));
grant select, insert on number_evidence_withdrawal to santun_creditor;

-- A delivery that fails is tried again later each time, so that it holds up no other; in the end it waits for
-- somebody to have it tried again (src/domain/delivery-retry.ts).
alter table payment_delivery drop constraint payment_delivery_state_check,
  add constraint payment_delivery_state_check check (state in ('received', 'processed', 'refused', 'failed')),
  add column failures int not null default 0,
  -- a kind of fault, nothing of the payment
  add column failure text,
  add column next_try_at timestamptz not null default clock_timestamp() + interval '2 seconds';
drop index payment_delivery_waiting;
create index payment_delivery_waiting on payment_delivery (next_try_at) where state = 'received';
drop index payment_delivery_refused;
create index payment_delivery_undone on payment_delivery (creditor_id, id desc) where state in ('refused', 'failed');
