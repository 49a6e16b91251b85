-- What documents may ask for: agents with skills, and a creditor's weight beside other creditors.

-- Short lower-case words ('jawa', 'hardship'); a campaign that names some is served by those who have all.
alter table agent add column skills text[] not null default '{}'
  check (array_to_string(skills, ' ', '?') ~ '^([a-z][a-z0-9-]{1,29}( [a-z][a-z0-9-]{1,29})*)?$');

-- Agents are shared among the creditors that want them in proportion to it, then among the campaigns of each.
alter table creditor add column weight int not null default 1 check (weight between 1 and 100);
