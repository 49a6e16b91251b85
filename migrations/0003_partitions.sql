-- What only grows lies in monthly partitions, by the time that is in the ids.

-- The first UUID version 7 (RFC 9562, 5.7) of the millisecond of an instant: everything that was
-- given its id from then on is greater or equal. Nothing in it but immutable functions, so that
-- the planner can see through it and leave partitions out; TypeScript: src/db/new-id.ts.
create function first_id_at(at timestamptz) returns uuid
  language sql immutable strict parallel safe as $$
  select (lpad(to_hex(greatest(floor(extract(epoch from at - timestamptz 'epoch') * 1000), 0)::bigint), 12, '0')
    || '70008000000000000000')::uuid
$$;
