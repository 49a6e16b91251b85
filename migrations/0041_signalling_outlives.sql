-- Which signalling server a sip process speaks through, when that server outlives the process: softphones
-- stay connected to it, so their bindings pass to the next process there. Null: they go with it.
alter table sip_instance add column signalling text;
