-- The account's state as it stood when something was posted, from which its mail says what works, what
-- comes and where to act. None where an earlier program has posted it.
ALTER TABLE outbox ADD COLUMN account TEXT;
