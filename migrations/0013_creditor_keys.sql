-- A key may be bound to creditors: it sees and changes their things alone. Postgres itself holds it to
-- that: each request of such a key runs as a role that owns nothing and sees what the policies below
-- let it see. The program's own work runs as the owner of the tables, whom no policy concerns.

-- Whom a key is bound to; none: the whole platform. Never taken back: without these rows the key
-- would see everything. Another binding is another key.
create table api_key_creditor (
  api_key_id uuid not null references api_key,
  creditor_id uuid not null references creditor,
  primary key (api_key_id, creditor_id)
);
create trigger kept before update or delete on api_key_creditor
  for each row execute function refuse_change();

-- One role for all databases of the server: it may be there already, or be made by two at once.
do $$
begin
  if not exists (select from pg_roles where rolname = 'santun_creditor') then
    begin
      create role santun_creditor nologin;
    exception when duplicate_object or unique_violation then null;
    end;
  end if;
  -- whoever makes a role may administer it, and has yet to let themselves take it
  if not pg_has_role(current_user, 'santun_creditor', 'set') then
    execute format('grant santun_creditor to %I', current_user);
  end if;
  execute format('grant usage on schema %I to santun_creditor', current_schema());
end $$;

-- ------------------------------------------------------------------ what a statement is held to

-- Set for one transaction with the role (src/db/database.ts). Not set: null, and nothing is seen.
create function scoped_creditors() returns uuid[] language sql stable parallel safe as $$
  select string_to_array(nullif(current_setting('santun.creditors', true), ''), ',')::uuid[]
$$;
create function scoped_key() returns uuid language sql stable parallel safe as $$
  select nullif(current_setting('santun.api_key', true), '')::uuid
$$;

-- Does the person owe nobody but these creditors? As the owner of the tables: the answer rests on
-- accounts that the asking role does not see. Without a scope: true.
create function owes_only_scoped(p_debtor_id uuid) returns boolean
  language plpgsql stable security definer set search_path from current as $$
begin
  return not exists (select from account
    where debtor_id = p_debtor_id and creditor_id <> all (scoped_creditors()));
end $$;

-- ------------------------------------------------------------------ nothing, unless it is said below

do $$
declare
  v_table regclass;
begin
  for v_table in select oid from pg_class where relnamespace = current_schema()::regnamespace
      and relkind in ('r', 'p') and not relispartition loop
    execute format('alter table %s enable row level security', v_table);
  end loop;
end $$;

-- A creditor's own rows. The months of a table need nothing of their own: they are reached through
-- it, and on a month alone the role has no right.
do $$
declare
  v_table text;
begin
  foreach v_table in array '{account,debtor_reference,import_batch,campaign,decision,attempt,call,outcome,promise,
      best_time_group,best_time_evidence,best_time_choice,moment_load,floor_hour}'::text[] loop
    execute format('create policy own on %I to santun_creditor
      using (creditor_id = any ((select scoped_creditors())::uuid[]))', v_table);
  end loop;
  -- what hangs on a campaign
  foreach v_table in array '{campaign_pool,campaign_event,campaign_version,campaign_hour,campaign_rule_watch,
      campaign_rule_firing,experiment,open_attempt,ready_account,promotion}'::text[] loop
    execute format('create policy of_campaign on %I to santun_creditor
      using (exists (select from campaign c where c.id = campaign_id))', v_table);
  end loop;
  -- what is the platform's, and is named or read by everybody's campaigns
  foreach v_table in array '{pool,agent_pool,agent,trunk,rule_pack_version,calendar_revision,rules_revision,
      signing_key}'::text[] loop
    execute format('create policy everybody on %I for select to santun_creditor using (true)', v_table);
  end loop;
end $$;
create policy own on creditor for select to santun_creditor
  using (id = any ((select scoped_creditors())::uuid[]));
create policy of_import on import_rejection for select to santun_creditor
  using (exists (select from import_batch b where b.id = import_id));
create policy of_import_new on import_rejection for insert to santun_creditor
  with check (exists (select from import_batch b where b.id = import_id));
create policy of_attempt on attempt_event for select to santun_creditor
  using (exists (select from attempt a where a.id = attempt_id));
create policy of_call on call_leg for select to santun_creditor
  using (exists (select from call c where c.id = call_id));
create policy of_experiment on experiment_person for select to santun_creditor
  using (exists (select from experiment e where e.id = experiment_id));
create policy of_account on best_time_plan for select to santun_creditor
  using (exists (select from account a where a.id = account_id));

-- A person is seen by every creditor whom they owe.
create policy ours on debtor for select to santun_creditor
  using (exists (select from account a where a.debtor_id = debtor.id));
-- where they are decides which hours are lawful, for whoever calls
create policy ours_alone on debtor for update to santun_creditor
  using (exists (select from account a where a.debtor_id = debtor.id)) with check (owes_only_scoped(id));
do $$
declare
  v_table text;
begin
  foreach v_table in array '{phone,payday,best_time_person}'::text[] loop
    execute format('create policy of_person on %I to santun_creditor
      using (exists (select from debtor d where d.id = debtor_id))', v_table);
  end loop;
end $$;
create policy told on profiling_objection for select to santun_creditor
  using (exists (select from debtor d where d.id = debtor_id));
create policy recorded on profiling_objection for insert to santun_creditor
  with check (exists (select from debtor d where d.id = debtor_id) and (objects or owes_only_scoped(debtor_id)));
-- Payments are of accounts.
create policy of_person on payment_date to santun_creditor
  using (exists (select from debtor d where d.id = debtor_id)
    and (account_id is null or exists (select from account a where a.id = account_id)));

-- What protects a person binds everybody who calls, and is seen by them. It is taken back by whom the
-- person alone owes, or by a key of the whole platform.
create policy binding on hold for select to santun_creditor
  using ((creditor_id is null or creditor_id = any ((select scoped_creditors())::uuid[]))
    and (account_id is null or exists (select from account a where a.id = account_id))
    and case when debtor_id is not null then exists (select from debtor d where d.id = debtor_id)
      else exists (select from phone p where p.e164 = hold.e164) end);
create policy placed on hold for insert to santun_creditor
  with check ((creditor_id is null or creditor_id = any ((select scoped_creditors())::uuid[]))
    and (account_id is null or exists (select from account a where a.id = account_id))
    and case when debtor_id is not null then exists (select from debtor d where d.id = debtor_id)
      else exists (select from phone p where p.e164 = hold.e164) end);
create policy lifted on hold for update to santun_creditor
  using (creditor_id is null or creditor_id = any ((select scoped_creditors())::uuid[]))
  with check (creditor_id = any ((select scoped_creditors())::uuid[])
    or exists (select from account a where a.id = account_id)
    or (debtor_id is not null and owes_only_scoped(debtor_id)));
create policy told on contact_preference for select to santun_creditor
  using (exists (select from debtor d where d.id = debtor_id));
create policy recorded on contact_preference for insert to santun_creditor
  with check (exists (select from debtor d where d.id = debtor_id));
create policy removed on contact_preference for update to santun_creditor
  using (true) with check (kind = 'preferred' or owes_only_scoped(debtor_id));

-- A consent towards one creditor is nobody else's; one towards all is given by a key of the platform.
create policy given on consent for select to santun_creditor
  using ((creditor_id is null or creditor_id = any ((select scoped_creditors())::uuid[]))
    and exists (select from debtor d where d.id = debtor_id));
create policy recorded on consent for insert to santun_creditor
  with check (exists (select from debtor d where d.id = debtor_id)
    and (creditor_id = any ((select scoped_creditors())::uuid[])
      or (creditor_id is null and owes_only_scoped(debtor_id))));
create policy of_consent on consent_withdrawal to santun_creditor
  using (exists (select from consent c where c.id = consent_id));

-- Contacts of other systems: those of the creditor, and those that name no other creditor's account.
create policy own on contact to santun_creditor
  using (exists (select from debtor d where d.id = debtor_id)
    and (creditor_id = any ((select scoped_creditors())::uuid[]) or (creditor_id is null
      and not exists (select from unnest(account_ids) named (id)
        where not exists (select from account a where a.id = named.id)))));
create policy of_contact on contact_origin for select to santun_creditor
  using (exists (select from contact c where c.id = contact_id and c.at = contact_at));
create policy named on contact_origin for insert to santun_creditor with check (true);

create policy own on kill_switch to santun_creditor
  using ((scope = 'creditor' and scope_id = any ((select scoped_creditors())::uuid[]))
    or (scope = 'campaign' and exists (select from campaign c where c.id = scope_id)));
-- it stops them as well
create policy of_all on kill_switch for select to santun_creditor using (scope = 'all');

-- The chain of a creditor: src/db/ledger.ts names it so.
do $$
declare
  v_table text;
begin
  foreach v_table in array '{ledger_entry,ledger_root,ledger_head}'::text[] loop
    execute format($policy$create policy own on %I for select to santun_creditor
      using (chain = any (select 'creditor:' || id from unnest(scoped_creditors()) id))$policy$, v_table);
  end loop;
  foreach v_table in array '{event,audit_entry}'::text[] loop
    execute format('create policy own on %I for select to santun_creditor
      using (creditor_id = any ((select scoped_creditors())::uuid[]))', v_table);
    -- of a person who owes several: told to the platform
    execute format('create policy written on %I for insert to santun_creditor
      with check (creditor_id is null or creditor_id = any ((select scoped_creditors())::uuid[]))', v_table);
  end loop;
end $$;
create policy queued on ledger_queue for insert to santun_creditor with check (true);
create policy own on idempotency_key to santun_creditor using (api_key_id = (select scoped_key()));

-- ------------------------------------------------------------------ what the role may do at all

grant select on account, debtor_reference, import_batch, import_rejection, campaign, decision, attempt, attempt_event,
  call, call_leg, outcome, promise, best_time_group, best_time_evidence, best_time_choice, best_time_plan,
  best_time_person, moment_load, floor_hour, campaign_pool, campaign_event, campaign_version, campaign_hour,
  campaign_rule_watch, campaign_rule_firing, experiment, experiment_person, open_attempt, ready_account, promotion,
  creditor, debtor, phone, payday, payment_date, profiling_objection, hold, contact_preference, consent,
  consent_withdrawal, contact, contact_origin, kill_switch, ledger_entry, ledger_root, ledger_head, event, audit_entry,
  idempotency_key, pool, agent_pool, rule_pack_version, calendar_revision, rules_revision, signing_key
  to santun_creditor;
-- not who they are, nor how they sign in
grant select (id, active, skills) on agent to santun_creditor;
grant select (id, name, enabled, caller_ids) on trunk to santun_creditor;
grant insert on import_batch, import_rejection, campaign, campaign_pool, campaign_event, campaign_version, experiment,
  phone, payday, payment_date, profiling_objection, hold, contact_preference, consent, consent_withdrawal, contact,
  contact_origin, kill_switch, event, audit_entry, ledger_queue, idempotency_key to santun_creditor;
grant update on import_batch, campaign, experiment, account, debtor, phone, hold, contact_preference, kill_switch,
  idempotency_key to santun_creditor;
grant delete on campaign_pool, campaign_rule_watch, experiment to santun_creditor;
grant usage on sequence event_id to santun_creditor;
