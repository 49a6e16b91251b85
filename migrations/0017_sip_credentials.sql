-- What an agent's softphone registers with for one shift: made by the API, good for hours, kept as
-- hashes alone (RFC 7616, 3.4.2). It ends with its key, its agent, the sign-out, or a supervisor's word.
create table sip_credential (
  id uuid primary key default new_id(),
  -- with a tilde, which no agent's own sip_username has
  username text not null unique check (username like '%~%'),
  agent_id uuid not null references agent,
  api_key_id uuid not null references api_key,
  ha1_md5 text not null,
  ha1_sha256 text not null,
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_cause text check (end_cause in ('signed_out', 'revoked', 'replaced')),
  check ((ended_at is null) = (end_cause is null))
);
create index sip_credential_open on sip_credential (agent_id) where ended_at is null;

create view live_sip_credential as
  select c.id, c.username, c.agent_id, c.api_key_id, c.ha1_md5, c.ha1_sha256, c.issued_at,
    c.expires_at
  from sip_credential c
    join api_key k on k.id = c.api_key_id and k.revoked_at is null
    join agent a on a.id = c.agent_id and a.active
  where c.ended_at is null and c.expires_at > now();

-- whoever ends the session: the agent, the end of a wrap-up, the sweep. One that is replaced is
-- followed by another of the same softphone.
create function end_sip_credentials() returns trigger language plpgsql as $$
begin
  update sip_credential set ended_at = now(), end_cause = 'signed_out'
  where agent_id = new.agent_id and ended_at is null;
  return null;
end $$;
create trigger signed_out after update of ended_at on agent_session for each row
  when (new.ended_at is not null and old.ended_at is null and new.cause <> 'replaced')
  execute function end_sip_credentials();

-- null: registered with the agent's own SIP password
alter table registration add sip_credential_id uuid references sip_credential on delete cascade;
alter table registration drop constraint registration_transport_check;
alter table registration add constraint registration_transport_check
  check (transport in ('udp', 'tcp', 'tls', 'ws', 'wss'));

-- where softphones reach this process by WebSocket, as its signalling server tells
alter table sip_instance add ws_urls text[] not null default '{}';
