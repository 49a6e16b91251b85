-- What leaves the house beside calls: messages to people, and events to the creditor's own systems.

-- ------------------------------------------------------------------ messages to people

-- A text to a person, in both languages; see domain/message-state.ts. Never deleted.
create table message (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  debtor_id uuid not null references debtor,
  account_id uuid not null references account,
  kind text not null,
  -- what it is about (a promise, an agreement, a dispute), and which of several messages about it
  subject_id uuid not null,
  step text not null default '',
  body_id text not null,
  body_en text not null,
  state text not null default 'queued' check (state in
    ('queued', 'sending', 'sent', 'delivered', 'read', 'no_channel', 'failed', 'expired', 'cancelled')),
  -- the rule that put it off, or why it ended
  cause text,
  send_at timestamptz not null,
  -- from then on nobody is helped by it
  useless_after timestamptz not null,
  -- when it is worth looking at again; of an open message alone
  next_at timestamptz,
  queued_at timestamptz not null default clock_timestamp(),
  sent_at timestamptz,
  changed_at timestamptz not null default clock_timestamp(),
  unique (kind, subject_id, step),
  check ((state in ('queued', 'sending', 'no_channel')) = (next_at is not null)),
  check ((state in ('sent', 'delivered', 'read')) <= (sent_at is not null))
);
create index message_due on message (next_at) where next_at is not null;
create index on message (subject_id);
create index on message (account_id, id desc);
create index on message (debtor_id, id desc);
create index on message (creditor_id, id desc);

-- A text counts in the same ledger as a call.
alter table contact drop constraint contact_mode_check;
alter table contact add constraint contact_mode_check
  check (mode in ('live', 'preview', 'predictive', 'prerecorded', 'text'));

-- Where a creditor's messages are handed over: its own gateway, one a channel, the lowest priority first.
create table message_channel (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  channel text not null check (channel in ('sms', 'whatsapp', 'email', 'voice')),
  url text not null,
  -- under the installation's key
  secret_sealed bytea not null,
  priority int not null check (priority between 1 and 100),
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  -- never deleted: sends name it
  retired_at timestamptz
);
create unique index one_channel_of_a_kind on message_channel (creditor_id, channel) where retired_at is null;

-- One handing-over of a message. Claimed, with its contact in the ledger, before anything leaves; what
-- became of it may stay unknown, and then it counts as sent.
create table message_send (
  id uuid primary key default new_id(),
  message_id uuid not null references message,
  creditor_id uuid not null references creditor,
  message_channel_id uuid not null references message_channel,
  channel text not null,
  phone_id uuid references phone,
  language text not null check (language in ('id', 'en')),
  -- what the rules said, and on which packs it rests
  decision jsonb not null,
  state text not null default 'claimed' check (state in
    ('claimed', 'accepted', 'unknown', 'refused', 'sent', 'delivered', 'read', 'failed')),
  claimed_at timestamptz not null default clock_timestamp(),
  answered_at timestamptz,
  -- an answer that does not come until then is unknown
  answer_limit_at timestamptz not null,
  -- as the gateway calls it
  gateway_message_id text,
  failure text,
  -- this channel will never take it
  is_final boolean not null default false,
  receipt_at timestamptz,
  -- its entry in the ledger; one for several channels that refused it in a row
  contact_id uuid not null,
  check ((state = 'claimed') = (answered_at is null))
);
create index on message_send (message_id, id);
-- a message is in one pair of hands at a time, and not tried twice on one channel after it may have left
create unique index one_send_at_a_time on message_send (message_id)
  where state in ('claimed', 'accepted', 'unknown', 'sent', 'delivered', 'read');
create index message_send_limit on message_send (answer_limit_at) where state = 'claimed';

-- ------------------------------------------------------------------ events to the creditor's systems

-- Who is told of events, and where.
create table webhook_subscription (
  id uuid primary key default new_id(),
  creditor_id uuid not null references creditor,
  url text not null,
  -- none: all
  event_types text[] not null default '{}',
  -- under the installation's key; the one before signs beside it for a while
  secret_sealed bytea not null,
  old_secret_sealed bytea,
  old_secret_until timestamptz,
  enabled boolean not null default true,
  -- nothing has reached it since, by when it was paused
  failing_since timestamptz,
  paused_at timestamptz,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  -- never deleted: deliveries name it
  retired_at timestamptz,
  check ((old_secret_sealed is null) = (old_secret_until is null))
);
create index on webhook_subscription (creditor_id) where retired_at is null;

-- How far the outbox has been read for webhooks. One row.
create table webhook_cursor (
  one boolean primary key default true check (one),
  xid xid8 not null,
  id bigint not null,
  at timestamptz not null
);
-- whatever is written from now on comes behind it
insert into webhook_cursor (xid, id, at) values (pg_snapshot_xmin(pg_current_snapshot()), 0, now());

-- An event on its way to a subscription. What is sent is made of the event each time.
create table webhook_delivery (
  id uuid primary key default new_id(),
  -- the order of the outbox: written by one reader at a time
  seq bigint not null generated always as identity,
  subscription_id uuid not null references webhook_subscription,
  creditor_id uuid not null references creditor,
  event_xid xid8 not null,
  event_id bigint not null,
  event_at timestamptz not null,
  type text not null,
  -- whose events arrive in order: the person's, else the campaign's or the agent's; null: nobody's
  subject uuid,
  state text not null default 'queued' check (state in ('queued', 'delivered', 'dead')),
  -- when it is tried next; while somebody tries, when they have failed to come back
  next_at timestamptz,
  attempts int not null default 0,
  first_tried_at timestamptz,
  tried_at timestamptz,
  status int,
  failure text,
  ended_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  unique (subscription_id, event_xid, event_id),
  check ((state = 'queued') = (next_at is not null)),
  check ((state = 'queued') = (ended_at is null))
);
create index webhook_delivery_due on webhook_delivery (next_at) where state = 'queued';
create index webhook_delivery_line on webhook_delivery (subscription_id, subject, seq) where state = 'queued';
create index webhook_delivery_listed on webhook_delivery (subscription_id, id desc);
create index webhook_delivery_dead on webhook_delivery (creditor_id, id desc) where state = 'dead';
create index webhook_delivery_done on webhook_delivery (ended_at) where state = 'delivered';

-- ------------------------------------------------------------------ bound keys, as in 0013

do $$
declare
  v_table text;
begin
  foreach v_table in array '{message,message_channel,message_send,webhook_subscription,webhook_cursor,
      webhook_delivery}'::text[] loop
    execute format('alter table %I enable row level security', v_table);
  end loop;
  foreach v_table in array '{message,message_channel,message_send,webhook_subscription,webhook_delivery}'::text[] loop
    execute format('create policy own on %I to santun_creditor
      using (creditor_id = any ((select scoped_creditors())::uuid[]))', v_table);
    execute format('grant select on %I to santun_creditor', v_table);
  end loop;
end $$;
grant insert, update on message, message_channel, webhook_subscription to santun_creditor;
grant update on message_send, webhook_delivery to santun_creditor;
