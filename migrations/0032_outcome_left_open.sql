-- Is a talk's agent still in the wrap-up of it? As the owner of the tables: a key that is bound to
-- creditors sees its attempts, and no sessions of agents.
create function is_wrapping_up(p_session_id uuid, p_attempt_id uuid) returns boolean
  language sql stable security definer set search_path from current as $$
  select exists (select from agent_session s
    where s.id = p_session_id and s.attempt_id = p_attempt_id and s.state = 'wrap_up')
$$;
