-- A phrase may begin at the end of one part of what an agent says and end in the next. Of the end of the
-- last one the words are kept that a phrase of the list begins with or that deny it, with nothing of the
-- others but that there were some, and when: {"text", "startMs", "endMs", "seq", "agentId"}. Null: a
-- sentence ended there, or none can have begun.
alter table transcript add column tail jsonb;
