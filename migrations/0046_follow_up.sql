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
