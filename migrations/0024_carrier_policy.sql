-- What may be asked of a carrier, and what a carrier may cost.

-- Session timers (RFC 4028): how long a call stands without a refresh; null: for ever
alter table trunk
  add column session_expires_s int default 1800 check (session_expires_s between 1 and 86400),
  -- what the carrier may not go below; the API asks for the RFC's 90 of both
  add column min_session_expires_s int not null default 90 check (min_session_expires_s between 1 and 86400);

-- how the carrier is told who calls, see domain/cli-policy.ts
alter table trunk add column cli_policy jsonb not null
  default '{"header": "both", "domain": null, "privacy": "none", "diversion": "none"}';
