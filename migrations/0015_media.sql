-- What a media engine heard of a leg: packets, bytes, and by RTCP loss, jitter, round trip and MOS.
-- Null: no engine saw the audio.
alter table call_leg add column media_quality jsonb;

-- Media engines (rtpengine) as they are configured in the sip processes, which enter them here, and
-- what people want of them. A drained engine takes no new leg of a softphone and no new call.
create table media_engine (
  name text primary key,
  draining boolean not null default false,
  changed_at timestamptz not null default now()
);

-- How each sip process sees them.
create table media_engine_health (
  name text not null references media_engine on delete cascade,
  sip_instance_id uuid not null references sip_instance on delete cascade,
  up boolean not null,
  weight int not null,
  lines int not null,
  seen_at timestamptz not null default now(),
  primary key (name, sip_instance_id)
);
