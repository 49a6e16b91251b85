-- Each try of storing a recording has a name of its own in the store: one that was slow cannot write over
-- what another has stored. Null: stored before there were such names.
alter table recording add stored_try int check (stored_try > 0);

-- Who calls in from an unknown number is nobody yet; their talk is recorded all the same, and is the
-- creditor's whose number was called.
alter table recording alter debtor_id drop not null;

-- ------------------------------------------------------------------ how long it is kept

-- A hold of an account is one of its recordings.
alter table recording add account_id uuid;
update recording r set account_id = a.account_id from attempt a where a.id = r.attempt_id;
create index on recording (account_id) where account_id is not null;

-- Until when is the creditor's setting of the day, and what is held is what holds say: neither is kept twice.
alter table recording drop column retain_until, drop column legal_hold;
create index recording_kept on recording (creditor_id, started_at) where state = 'ready';

-- erasing: it is decided and the key is gone, so nobody plays it any more; the store has yet to let go.
alter table recording drop constraint recording_state_check;
alter table recording add constraint recording_state_check
    check (state in ('capturing', 'spooled', 'ready', 'failed', 'erasing', 'erased')),
  add erase_actor text,
  add constraint recording_erase_facts
    check ((state in ('erasing', 'erased')) = (erase_reason is not null and erase_actor is not null));
create index recording_erasing on recording (id) where state = 'erasing';

-- Evidence that is asked for: nothing within its reach is erased while it stands.
create table recording_hold (
  id uuid primary key default new_id(),
  -- exactly one
  recording_id uuid references recording,
  account_id uuid references account,
  debtor_id uuid references debtor,
  -- whose recordings; null: a person's at all creditors
  creditor_id uuid references creditor,
  reason text not null,
  placed_by text not null,
  placed_at timestamptz not null default clock_timestamp(),
  lifted_at timestamptz,
  lifted_by text,
  lift_reason text,
  check (num_nonnulls(recording_id, account_id, debtor_id) = 1),
  check (creditor_id is not null or debtor_id is not null),
  check (num_nulls(lifted_at, lifted_by, lift_reason) in (0, 3))
);
create index on recording_hold (recording_id) where lifted_at is null;
create index on recording_hold (account_id) where lifted_at is null;
create index on recording_hold (debtor_id) where lifted_at is null;

-- The oldest hold that stands over a recording. As the owner of the tables: one that the asking role does not see
-- holds as well.
create function hold_of_recording(p_recording_id uuid) returns uuid
  language sql stable security definer set search_path from current as $$
  select h.id from recording r join recording_hold h on h.lifted_at is null
    and (h.recording_id = r.id or h.account_id = r.account_id
      or h.debtor_id = r.debtor_id and (h.creditor_id is null or h.creditor_id = r.creditor_id))
  where r.id = p_recording_id order by h.id limit 1
$$;

-- ------------------------------------------------------------------ what keys of creditors see

alter table recording_hold enable row level security;
create policy told on recording_hold for select to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[])
    or (creditor_id is null and exists (select from debtor d where d.id = debtor_id)));
create policy placed on recording_hold for insert to santun_creditor
  with check (creditor_id = any ((select scoped_creditors())::uuid[]));
create policy lifted on recording_hold for update to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
grant select, insert, update on recording_hold to santun_creditor;
-- each is sealed with the installation's key, and opens the creditor's own recordings alone
create policy own on recording_key for select to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
grant select on recording_key to santun_creditor;
-- a bound key moves the callbacks of its creditors
create policy moved on callback for update to santun_creditor
  using (creditor_id = any ((select scoped_creditors())::uuid[]));
create policy agreed on callback for insert to santun_creditor
  with check (creditor_id = any ((select scoped_creditors())::uuid[]));
grant insert, update on callback to santun_creditor;

-- ------------------------------------------------------------------ whether it is recorded

-- required: where it cannot be, the creditor's people are not called any more.
alter table creditor add recording_policy text not null default 'all'
  check (recording_policy in ('never', 'all', 'required'));
