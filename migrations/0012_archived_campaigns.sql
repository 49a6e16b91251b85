-- A campaign that is over, or was never begun, may be put out of sight; what it did stays.
alter table campaign drop constraint campaign_state_check;
alter table campaign add constraint campaign_state_check check (state in
  ('draft', 'ready', 'running', 'pausing', 'paused', 'draining', 'done', 'archived'));
