-- What a media engine heard of a leg: packets, bytes, and by RTCP loss, jitter, round trip and MOS.
-- Null: no engine saw the audio.
alter table call_leg add column media_quality jsonb;

-- Media engines (rtpengine) as they are configured in the sip processes, which enter them here, and
-- what people want of them. A drained engine takes no new leg of a softphone and no new call.
create table media_engine (
  id uuid primary key default new_id(),
  -- host:port, as it is configured
  name text not null unique,
  draining boolean not null default false,
  -- up while any sip process reaches it; null: none has looked yet
  state text check (state in ('up', 'down')),
  since timestamptz not null default now()
);

-- How each sip process sees them.
create table media_engine_health (
  engine_id uuid not null references media_engine on delete cascade,
  sip_instance_id uuid not null references sip_instance on delete cascade,
  up boolean not null,
  weight int not null,
  lines int not null,
  calls int not null,
  seen_at timestamptz not null default now(),
  primary key (engine_id, sip_instance_id)
);
