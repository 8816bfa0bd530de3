DROP TABLE blob_removal;
DROP TABLE imported_issue;
DROP TABLE job_hash;
DROP TABLE job_move;
DROP TABLE job;
DROP TABLE grouping_rule_change;
DROP TABLE grouping_rule;
DROP TABLE grouping_text;

DROP INDEX event_project;
DROP INDEX event_issue;
ALTER TABLE event DROP COLUMN hash_key;
CREATE INDEX event_issue ON event (issue_id, timestamp, id);

DELETE FROM issue_hash WHERE issue_id IS NULL;
ALTER TABLE issue_hash ALTER COLUMN issue_id SET NOT NULL;
ALTER TABLE issue_hash DROP COLUMN created_at;
ALTER TABLE issue_hash DROP COLUMN merged_from;
ALTER TABLE issue_hash DROP COLUMN last_seen;
ALTER TABLE issue_hash DROP COLUMN first_seen;
ALTER TABLE issue_hash DROP COLUMN event_count;
ALTER TABLE issue_hash DROP COLUMN tombstone_id;
DROP TABLE tombstone;

ALTER TABLE project DROP COLUMN knows_sentry;
ALTER TABLE project DROP COLUMN older_until;
ALTER TABLE project DROP COLUMN older_version;
ALTER TABLE project DROP COLUMN grouping_version;
ALTER TABLE project DROP COLUMN hash_change_count;
DROP INDEX issue_merged_into;
-- What is hidden would not be read before.
DELETE FROM issue WHERE status IN (3, 5);
ALTER TABLE issue DROP COLUMN status_before;
ALTER TABLE issue DROP COLUMN merged_into;
