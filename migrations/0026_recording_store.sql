-- Each try of storing a recording has a name of its own in the store: one that was slow cannot write over
-- what another has stored. Null: stored before there were such names.
alter table recording add stored_try int check (stored_try > 0);

-- Who calls in from an unknown number is nobody yet; their talk is recorded all the same, and is the
-- creditor's whose number was called.
alter table recording alter debtor_id drop not null;
