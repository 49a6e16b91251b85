-- A register that calls most numbers invalid is more likely broken than right.
alter table number_look_up add most_invalid_percent int not null default 50
  check (most_invalid_percent between 1 and 100);
create index number_answer_latest on number_answer (look_up_id, answered_at) where answered_at is not null;
