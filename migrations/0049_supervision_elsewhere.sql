-- A supervisor whose softphone is registered at another sip process than the one that has the talk: that
-- one rings it, and the two agree here on where the audio goes (SDP, RFC 3264). Null: the same process.
alter table supervision add softphone_instance_id uuid;
-- what the mixer of the talk is to send to
alter table supervision add seat_offer text;
-- where the mixer hears the supervisor
alter table supervision add seat_answer text;
-- why the softphone is not there, or not any more
alter table supervision add seat_cause text;
alter table supervision add constraint supervision_seat check
  (softphone_instance_id is not null or (seat_offer is null and seat_answer is null and seat_cause is null));
