-- What carriers say before the answer: "nomor yang Anda tuju tidak aktif".

-- An announcement that was heard, known by its sound. Nobody has said yet what it is, or somebody has.
create table carrier_announcement (
  id uuid primary key default new_id(),
  -- see domain/sound-print.ts
  print bytea not null,
  -- three seconds of A-law under the installation's key; null: erased
  clip_sealed bytea,
  -- whose numbers were called when it was first heard, and by which trunk
  operator text,
  trunk_id uuid,
  heard int not null default 1 check (heard > 0),
  first_heard_at timestamptz not null default clock_timestamp(),
  last_heard_at timestamptz not null default clock_timestamp(),
  -- the statuses that came after it, and how often
  statuses jsonb not null default '{}',
  -- what it says of the number; null: nobody has listened to it yet
  class text check (class in ('inactive', 'busy', 'unreachable', 'invalid', 'other')),
  label text,
  labelled_by text,
  labelled_at timestamptz,
  check ((class is null) = (labelled_at is null) and (class is null) = (labelled_by is null)
    and (class is null) = (label is null))
);
create index carrier_announcement_worklist on carrier_announcement (heard desc) where class is null;

-- The announcement that a leg ended with. No reference: those that nobody hears again are forgotten.
alter table call_leg add column carrier_announcement_id uuid,
  -- what it was taken for then; null: nobody had said
  add column announced text;

-- Announcements are the carriers', so no key that is bound to creditors sees them.
alter table carrier_announcement enable row level security;
