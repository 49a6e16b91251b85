-- What is kept as it was written is not emptied either: `truncate` passes the triggers of rows by. The months of
-- a table have a trigger each, for it is no trigger that they inherit; a month that is detached takes it along.
do $$
declare
  v_table regclass;
begin
  for v_table in
    select distinct t.tgrelid from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace
    -- before (2) the deletion (8) of a row (1)
    where t.tgname in ('kept', 'kept_row') and t.tgtype & 11 = 11
      and n.nspname in (current_schema(), 'detached')
  loop
    execute format('create trigger kept_whole before truncate on %s for each statement execute function refuse_change()',
      v_table);
  end loop;
end $$;

-- As in 0003, and a month of a table that is kept from `truncate` is kept from it too.
create or replace function create_partition(p_table regclass, p_month date) returns boolean
  language plpgsql as $$
declare
  v_parent text := (select relname from pg_class where oid = p_table);
  v_name text := format('%s_%s', v_parent, to_char(p_month, 'YYYY_MM'));
  v_default text := v_parent || '_default';
  v_key text := pg_get_partkeydef(p_table);
  v_from text := month_bound(p_table, p_month);
  v_to text := month_bound(p_table, (p_month + interval '1 month')::date);
  v_waits boolean;
begin
  if to_regclass(v_name) is not null then
    return false;
  end if;
  v_key := substring(v_key from '\((.*)\)');
  execute format('create table %I (like %s including defaults including constraints)', v_name, p_table);
  if exists (select from pg_trigger where tgrelid = p_table and tgname = 'kept_whole') then
    execute format('create trigger kept_whole before truncate on %I for each statement execute function refuse_change()',
      v_name);
  end if;
  execute format('select exists (select from %I where %I >= %L and %I < %L)', v_default, v_key, v_from, v_key, v_to)
    into v_waits;
  if v_waits then
    -- what is kept as it was written moves as it is
    execute format('alter table %I disable trigger user', v_default);
    execute format('with moved as (delete from %I where %I >= %L and %I < %L returning *)
      insert into %I select * from moved', v_default, v_key, v_from, v_key, v_to, v_name);
    execute format('alter table %I enable trigger user', v_default);
  end if;
  execute format('alter table %s attach partition %I for values from (%L) to (%L)', p_table, v_name, v_from, v_to);
  return true;
end $$;

-- Signed decisions and changes are looked for by their instant too: whoever writes one around the ledger gives it an
-- id of any time. Rows lie in the order of their instants, so a few bytes a range of pages do.
create index on decision using brin (at);
create index on audit_entry using brin (at);
