-- Everything beside events that SDKs send and that is kept. Times are microseconds since 1970 in
-- UTC, hours are hours since 1970.

-- The bytes lie in the blob store. An attachment may come before its event, or without one.
CREATE TABLE attachment (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    event_id BLOB NOT NULL,
    filename TEXT NOT NULL,
    content_type TEXT,
    kind TEXT NOT NULL,
    size BIGINT NOT NULL,
    blob_key TEXT NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE INDEX attachment_event ON attachment (project_id, event_id, id);

-- What people said. The issue is that of the event it is about, once both are there.
CREATE TABLE feedback (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    feedback_id BLOB NOT NULL,
    event_id BLOB,
    issue_id BIGINT REFERENCES issue (id) ON DELETE SET NULL,
    source SMALLINT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    message TEXT NOT NULL,
    url TEXT NOT NULL,
    replay_id TEXT,
    environment TEXT,
    release TEXT,
    created_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    is_resolved BOOLEAN NOT NULL,
    dictionary_id BIGINT NOT NULL,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX feedback_own_id ON feedback (project_id, feedback_id);
-- One report for each event; widgets (source 0) may say as much as they like.
CREATE UNIQUE INDEX feedback_report ON feedback (project_id, event_id) WHERE source <> 0;
CREATE INDEX feedback_event ON feedback (project_id, event_id);
CREATE INDEX feedback_issue ON feedback (issue_id);
CREATE INDEX feedback_created ON feedback (project_id, created_at, id);
CREATE INDEX feedback_unlinked ON feedback (project_id, id)
    WHERE issue_id IS NULL AND event_id IS NOT NULL;

-- Sessions by release, environment and the hour in which they began.
CREATE TABLE session_hour (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    release TEXT NOT NULL,
    environment TEXT NOT NULL,
    total BIGINT NOT NULL,
    errored BIGINT NOT NULL,
    abnormal BIGINT NOT NULL,
    unhandled BIGINT NOT NULL,
    crashed BIGINT NOT NULL,
    users BIGINT NOT NULL,
    users_errored BIGINT NOT NULL,
    users_crashed BIGINT NOT NULL
);
CREATE UNIQUE INDEX session_hour_key ON session_hour (project_id, hour, release, environment);

-- The users of an hour, as a hash; the mask says what befell them.
CREATE TABLE session_hour_user (
    session_hour_id BIGINT NOT NULL REFERENCES session_hour (id) ON DELETE CASCADE,
    user_hash BIGINT NOT NULL,
    mask BIGINT NOT NULL,
    PRIMARY KEY (session_hour_id, user_hash)
) WITHOUT ROWID;

-- What was counted of a session that told of itself more than once, so that it counts once.
CREATE TABLE session_problem (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    id_high BIGINT NOT NULL,
    id_low BIGINT NOT NULL,
    mask BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, id_high, id_low)
) WITHOUT ROWID;
CREATE INDEX session_problem_started ON session_problem (started_at);

-- Limits. Those of a key name it, those of a project do not.
CREATE TABLE quota (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    key_id BIGINT REFERENCES project_key (id) ON DELETE CASCADE,
    category TEXT NOT NULL,
    window_seconds BIGINT NOT NULL,
    quantity_max BIGINT NOT NULL
);
CREATE UNIQUE INDEX quota_scope
    ON quota (project_id, COALESCE(key_id, 0), category, window_seconds);
CREATE INDEX quota_by_key ON quota (key_id);

-- What was wrong with the last invalid item of each reason, in words of ours. Project 0 stands
-- for "not known", hence no reference.
CREATE TABLE invalid_sample (
    project_id BIGINT NOT NULL,
    category TEXT NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (project_id, category, reason)
) WITHOUT ROWID;
