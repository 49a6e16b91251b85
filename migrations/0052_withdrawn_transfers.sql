-- Ringing that hands a talk on to somebody outside is withdrawn as the ringing of a call is.
alter table call_transfer
  -- of its latest leg; null: a colleague's, or none yet
  add column trunk_id uuid references trunk,
  add column withdraw_cause text check (withdraw_cause in ('hold', 'payment'));
