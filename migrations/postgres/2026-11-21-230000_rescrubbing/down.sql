ALTER TABLE issue_hour DROP COLUMN left_out;
