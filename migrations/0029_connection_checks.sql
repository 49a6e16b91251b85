-- What an agent's way to the server is like before a shift, see domain/connection-check.ts.

-- its agents are ready only after a check that they passed, or a supervisor's waiver
alter table pool add column requires_connection_check boolean not null default false;

-- What an agent's page measured, or (without figures) that a supervisor waived it. Never changed.
create table connection_check (
  id uuid primary key default new_id(),
  agent_id uuid not null references agent,
  at timestamptz not null default clock_timestamp(),
  figures jsonb,
  -- what fell short, by the limits of that day
  faults text[] not null default '{}',
  passed boolean not null default false,
  waived_by text,
  waiver_reason text,
  check ((figures is null) = (waived_by is not null)),
  check ((waived_by is null) = (waiver_reason is null)),
  check (passed = (figures is not null and faults = '{}'))
);
create index on connection_check (agent_id, id desc);

-- Talks that an agent heard badly; the limit is POOR_MOS of domain/connection-check.ts.
create index call_leg_poor on call_leg (agent_id, call_id)
  where kind = 'agent' and (media_quality->>'mos')::float8 < 3.2;
