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

CREATE TABLE issue_hash_old (
    project_id BIGINT NOT NULL,
    hash BLOB NOT NULL,
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    PRIMARY KEY (project_id, hash)
) WITHOUT ROWID;
INSERT INTO issue_hash_old
    SELECT project_id, hash, issue_id FROM issue_hash WHERE issue_id IS NOT NULL;
DROP TABLE issue_hash;
ALTER TABLE issue_hash_old RENAME TO issue_hash;
CREATE INDEX issue_hash_issue ON issue_hash (issue_id);
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
