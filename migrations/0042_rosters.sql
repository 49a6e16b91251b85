-- When agents are expected at work, and what a day of theirs came to; see domain/roster.ts.

-- its agents work within their shifts alone, or with a supervisor's approval
alter table pool add column requires_roster boolean not null default false;

-- Shifts of one agent do not overlap: whoever writes them holds the agent's row.
create table roster_shift (
  id uuid primary key default new_id(),
  agent_id uuid not null references agent,
  -- where the agent is expected; null: anywhere
  pool_id uuid references pool,
  from_at timestamptz not null,
  to_at timestamptz not null,
  -- on whose wall clock it was stated
  time_zone text not null,
  note text,
  set_by text not null,
  set_at timestamptz not null default now(),
  check (to_at > from_at and to_at <= from_at + interval '16 hours')
);
create index on roster_shift (agent_id, to_at);
create index on roster_shift (from_at, id);

-- A supervisor lets an agent work outside a shift. Never changed.
create table roster_waiver (
  id uuid primary key default new_id(),
  agent_id uuid not null references agent,
  at timestamptz not null default clock_timestamp(),
  until_at timestamptz not null check (until_at > at),
  approved_by text not null,
  reason text not null
);
create index on roster_waiver (agent_id, id desc);

-- May the agent not work now? As `rosterRefusal` of domain/roster.ts has it.
create function is_off_roster(p_agent_id uuid) returns boolean language sql stable as $$
  select exists (select from agent_pool ap join pool p on p.id = ap.pool_id
      where ap.agent_id = p_agent_id and p.requires_roster)
    and not exists (select from roster_shift s
      where s.agent_id = p_agent_id and s.from_at <= clock_timestamp() and s.to_at > clock_timestamp())
    and not exists (select from roster_waiver w
      where w.agent_id = p_agent_id and w.until_at > clock_timestamp())
$$;

-- ------------------------------------------------------------------ the time clock

-- why somebody paused; the cause alone says that it was asked for
alter table agent_session_event add column pause_reason text;
create index on agent_session (agent_id, id desc);

-- ------------------------------------------------------------------ bound keys, as in 0013

alter table roster_shift enable row level security;
alter table roster_waiver enable row level security;
