-- When a number of the person was dialed last, for whatever account, or one that they share with
-- somebody: whoever chooses the next account reads it from the row that they lock anyway. The counts
-- of the rules rest on the ledger, never on this.
alter table debtor add last_called_at timestamptz;
update debtor d set last_called_at = a.called
from (select debtor_id, max(last_attempt_at) as called from account
      where last_attempt_at is not null group by debtor_id) a
where a.debtor_id = d.id;
