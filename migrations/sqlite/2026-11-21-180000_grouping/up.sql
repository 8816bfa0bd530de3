-- Grouping under the team's control: hashes with an owner that may change, tombstones, rules,
-- versions and the jobs that apply them to the past. Times are microseconds since 1970 in UTC.

-- Merged issues stay as hidden rows (status 5), so that their addresses lead on; those that are
-- being deleted have status 3.
ALTER TABLE issue ADD COLUMN merged_into BIGINT;
-- What the status of a merged issue was, for the day it comes back.
ALTER TABLE issue ADD COLUMN status_before SMALLINT;
CREATE INDEX issue_merged_into ON issue (merged_into) WHERE merged_into IS NOT NULL;

-- Grows whenever a hash of the project changes its owner.
ALTER TABLE project ADD COLUMN hash_change_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE project ADD COLUMN grouping_version TEXT NOT NULL DEFAULT 'newstyle:2026-01-20';
ALTER TABLE project ADD COLUMN older_version TEXT;
ALTER TABLE project ADD COLUMN older_until BIGINT;
-- Whether issues were imported from Sentry, so that its hashes are looked up as well.
ALTER TABLE project ADD COLUMN knows_sentry BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE tombstone (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    culprit TEXT NOT NULL,
    level SMALLINT NOT NULL,
    user_id BIGINT REFERENCES app_user (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    hit_count BIGINT NOT NULL,
    last_hit_at BIGINT
);
CREATE INDEX tombstone_project ON tombstone (project_id, id);
CREATE INDEX tombstone_by_user ON tombstone (user_id);

-- A hash leads to an issue or to a tombstone. Ours have 32 bytes, those of issues imported from
-- Sentry 16. The count and the times are those of the events whose first hash it is.
CREATE TABLE issue_hash_new (
    project_id BIGINT NOT NULL,
    hash BLOB NOT NULL,
    issue_id BIGINT REFERENCES issue (id) ON DELETE CASCADE,
    tombstone_id BIGINT REFERENCES tombstone (id) ON DELETE CASCADE,
    event_count BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    -- The issue that it belonged to before a merge.
    merged_from BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, hash)
) WITHOUT ROWID;
INSERT INTO issue_hash_new
    SELECT h.project_id, h.hash, h.issue_id, NULL, 0, i.first_seen, i.last_seen, NULL, i.first_seen
    FROM issue_hash AS h JOIN issue AS i ON i.id = h.issue_id;
DROP TABLE issue_hash;
ALTER TABLE issue_hash_new RENAME TO issue_hash;
CREATE INDEX issue_hash_issue ON issue_hash (issue_id);
CREATE INDEX issue_hash_tombstone ON issue_hash (tombstone_id) WHERE tombstone_id IS NOT NULL;

-- The first eight bytes of the event's first hash, little endian; NULL for events of before. It
-- is read from the index alone, because it stands behind the body.
ALTER TABLE event ADD COLUMN hash_key BIGINT;
DROP INDEX event_issue;
CREATE INDEX event_issue ON event (issue_id, timestamp, id, hash_key);
CREATE INDEX event_project ON event (project_id, id);

-- Rules as one text, written by people; the newest row of a place and kind is in force, the others
-- are its history. Without a project it is the organisation's.
CREATE TABLE grouping_text (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    project_id BIGINT REFERENCES project (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    user_id BIGINT REFERENCES app_user (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX grouping_text_place ON grouping_text (organization_id, project_id, kind, id);
CREATE INDEX grouping_text_project ON grouping_text (project_id);
CREATE INDEX grouping_text_by_user ON grouping_text (user_id);

-- Rules that were made from an issue's page, one by one.
CREATE TABLE grouping_rule (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    project_id BIGINT REFERENCES project (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    action TEXT NOT NULL,
    text TEXT NOT NULL,
    note TEXT NOT NULL,
    issue_id BIGINT REFERENCES issue (id) ON DELETE SET NULL,
    is_active BOOLEAN NOT NULL,
    is_removed BOOLEAN NOT NULL,
    user_id BIGINT REFERENCES app_user (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX grouping_rule_place ON grouping_rule (organization_id, project_id, id);
CREATE INDEX grouping_rule_project ON grouping_rule (project_id);
CREATE INDEX grouping_rule_issue ON grouping_rule (issue_id);
CREATE INDEX grouping_rule_by_user ON grouping_rule (user_id);

CREATE TABLE grouping_rule_change (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    rule_id BIGINT NOT NULL REFERENCES grouping_rule (id) ON DELETE CASCADE,
    user_id BIGINT REFERENCES app_user (id) ON DELETE SET NULL,
    change TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX grouping_rule_change_rule ON grouping_rule_change (rule_id, id);
CREATE INDEX grouping_rule_change_by_user ON grouping_rule_change (user_id);

-- Work on many events, done in small transactions. What data and cursor mean is the kind's own.
CREATE TABLE job (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    data TEXT NOT NULL,
    cursor BIGINT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    moved BIGINT NOT NULL,
    problem TEXT,
    user_id BIGINT REFERENCES app_user (id) ON DELETE SET NULL,
    rule_id BIGINT REFERENCES grouping_rule (id) ON DELETE SET NULL,
    -- Without a reference: the job that deletes an issue outlives it.
    issue_id BIGINT,
    lease_until BIGINT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX job_state ON job (state, id);
CREATE INDEX job_project ON job (project_id, id);
CREATE INDEX job_issue ON job (issue_id);
CREATE INDEX job_by_user ON job (user_id);
CREATE INDEX job_rule ON job (rule_id);

-- What a job changed, so that it can be undone.
CREATE TABLE job_move (
    job_id BIGINT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    event_row_id BIGINT NOT NULL,
    from_issue BIGINT NOT NULL,
    to_issue BIGINT NOT NULL,
    PRIMARY KEY (job_id, event_row_id)
) WITHOUT ROWID;

CREATE TABLE job_hash (
    job_id BIGINT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,
    from_issue BIGINT,
    to_issue BIGINT,
    PRIMARY KEY (job_id, hash)
) WITHOUT ROWID;

-- Where an issue of another server went, and what that server said of it last (JSON).
CREATE TABLE imported_issue (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    external_id TEXT NOT NULL,
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    imported_at BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (project_id, external_id)
) WITHOUT ROWID;
CREATE INDEX imported_issue_issue ON imported_issue (issue_id);

-- Bytes of attachments that no row names any more.
CREATE TABLE blob_removal (
    blob_key TEXT NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
) WITHOUT ROWID;
