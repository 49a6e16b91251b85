-- Carriers over TLS, and carriers at which we register.

alter table trunk drop constraint trunk_transport_check;
alter table trunk add constraint trunk_transport_check check (transport in ('udp', 'tcp', 'tls'));

-- How the carrier knows us: by our address (and by digest, if it asks), or because we register there.
alter table trunk add auth text not null default 'ip' check (auth in ('ip', 'register'));
alter table trunk add constraint trunk_register_credentials
  check (auth <> 'register' or (username is not null and password_sealed is not null));

-- Each sip process registers a contact of its own. The row of a process that died runs out.
create table trunk_registration (
  trunk_id uuid not null references trunk on delete cascade,
  sip_instance_id uuid not null,
  state text not null check (state in ('registered', 'failed')),
  since timestamptz not null default clock_timestamp(),
  -- until when the carrier keeps the contact, as it granted; null: it does not
  registered_until timestamptz,
  -- the next REGISTER
  next_at timestamptz not null,
  -- answer to the latest REGISTER; null: none came
  sip_status int,
  -- why the latest REGISTER failed; one that the carrier did not answer leaves what it granted before
  reason text,
  primary key (trunk_id, sip_instance_id),
  constraint trunk_registration_state check (
    (state = 'registered') = (registered_until is not null) and (state = 'registered' or reason is not null))
);
