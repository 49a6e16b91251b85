-- Who spoke how long in a recorded talk, and how often the agent spoke over the customer: reckoned from the
-- two channels when the recording is stored (src/recording/talk-balance.ts). Null: stored before.
alter table recording add column talk_balance jsonb;
