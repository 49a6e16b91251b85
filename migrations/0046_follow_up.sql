-- The account of a broken promise waits a while for the agent who took it: whoever has the task to follow it
-- up, since this account could be dialed (src/db/ready-accounts.ts).
alter table ready_account add column kept_for_agent_id uuid,
  add column kept_since timestamptz not null default now();
create index ready_kept_for on ready_account (kept_for_agent_id) where kept_for_agent_id is not null;
