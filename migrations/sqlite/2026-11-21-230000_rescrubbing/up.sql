-- How many of an issue's events of an hour an ignore rule left the bodies of out: they take no part
-- in the issue's budget of bodies, which is spent on the others.
ALTER TABLE issue_hour ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0;
