-- Scrubbing under the team's control, and the jobs that apply it to the past. Times are
-- microseconds since 1970 in UTC.

-- What an organisation or a project says of scrubbing, as JSON; the newest row of a place is in
-- force, the others are its history. Without a project it is the organisation's.
CREATE TABLE scrubbing (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    project_id BIGINT REFERENCES project (id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    user_id BIGINT REFERENCES app_user (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX scrubbing_place ON scrubbing (organization_id, project_id, id);
CREATE INDEX scrubbing_project ON scrubbing (project_id, id);
CREATE INDEX scrubbing_by_user ON scrubbing (user_id);

-- Until now it was a part of the project's settings.
INSERT INTO scrubbing (organization_id, project_id, document, created_at)
    SELECT organization_id, id, json_extract(settings, '$.scrub'), created_at
    FROM project
    WHERE CASE WHEN json_valid(settings) THEN json_type(settings, '$.scrub') = 'object' END;
UPDATE project SET settings = json_remove(settings, '$.scrub')
    WHERE CASE WHEN json_valid(settings) THEN json_type(settings, '$.scrub') IS NOT NULL END;

-- What a job that scrubs stored events changed, or would change: never the values themselves. The
-- example is the id of the first such event.
CREATE TABLE job_finding (
    job_id BIGINT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    rule TEXT NOT NULL,
    count BIGINT NOT NULL,
    example BLOB,
    PRIMARY KEY (job_id, path, rule)
) WITHOUT ROWID;

-- Since when a compression dictionary that learned removed text is used no more. Its bytes are
-- empty once no body needs them.
ALTER TABLE dictionary ADD COLUMN retired_at BIGINT;
