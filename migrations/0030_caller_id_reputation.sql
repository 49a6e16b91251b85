-- How people answer the numbers that they are shown, and the rest that a number marked as spam gets.

-- the number shown to the debtor, E.164; null: an agent's leg, or one that came in
alter table call_leg add column caller_id text;

-- What became of the calls that showed a number, by the hour of their INVITE.
create table caller_id_hour (
  caller_id text not null,
  hour timestamptz not null,
  -- the network did its part: a phone said yes or no, or rang
  calls int not null,
  answered int not null,
  -- answered, and over within six seconds
  short int not null,
  primary key (caller_id, hour)
);
create index on caller_id_hour (hour);

-- A number is shown again from until_at on; sooner when somebody ends its rest.
create table caller_id_rest (
  caller_id text primary key,
  from_at timestamptz not null default now(),
  until_at timestamptz not null check (until_at > from_at),
  reason text not null,
  -- what was worse than it used to be; empty: a person decided
  alarms jsonb not null,
  set_by text not null
);
