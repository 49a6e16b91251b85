-- How the number ended that a talk was to be handed on to, in the words of an attempt's result
-- (domain/attempt-result.ts); null: somebody there was talked to, nobody was dialed, or nobody knows.
alter table call_transfer add column result text;
