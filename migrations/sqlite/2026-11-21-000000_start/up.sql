-- The tables of the first release. Times are microseconds since 1970 in UTC,
-- hours are hours since 1970.

CREATE TABLE organization (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Addresses are kept in lower case.
CREATE TABLE app_user (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    is_superuser BOOLEAN NOT NULL,
    is_active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    last_login_at BIGINT
);

CREATE TABLE membership (
    organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, user_id)
) WITHOUT ROWID;
CREATE INDEX membership_by_user ON membership (user_id);

-- Secrets are kept as their SHA-256 only.
CREATE TABLE session (
    token_hash BLOB NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    csrf_token TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_expires_at ON session (expires_at);

CREATE TABLE setup_link (
    token_hash BLOB NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL,
    used_at BIGINT
) WITHOUT ROWID;

CREATE TABLE api_token (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT REFERENCES app_user (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    last4 TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX api_token_by_user ON api_token (user_id);

CREATE TABLE project (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    platform TEXT,
    next_short_id BIGINT NOT NULL,
    -- Grows with every commit that changes what the pages show of the project.
    change_count BIGINT NOT NULL,
    first_event_at BIGINT,
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (organization_id, slug)
);

CREATE TABLE project_key (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    public_key TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX project_key_project ON project_key (project_id);

CREATE TABLE issue (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    short_number BIGINT NOT NULL,
    title TEXT NOT NULL,
    culprit TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    filename TEXT NOT NULL,
    function TEXT NOT NULL,
    logger TEXT,
    platform TEXT,
    level SMALLINT NOT NULL,
    status SMALLINT NOT NULL,
    substatus SMALLINT,
    is_unhandled BOOLEAN NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    event_count BIGINT NOT NULL,
    user_count BIGINT NOT NULL,
    first_release TEXT,
    last_release TEXT,
    resolved_at BIGINT,
    UNIQUE (project_id, short_number)
);
-- For the sorts by time; the status comes first because every list names it. Sorting by events or
-- users reads the project's issues, of which there are few.
CREATE INDEX issue_last_seen ON issue (project_id, status, last_seen, id);
CREATE INDEX issue_first_seen ON issue (project_id, status, first_seen, id);

-- A hash belongs to one issue for ever; an issue may have many.
CREATE TABLE issue_hash (
    project_id BIGINT NOT NULL,
    hash BLOB NOT NULL,
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    PRIMARY KEY (project_id, hash)
) WITHOUT ROWID;
CREATE INDEX issue_hash_issue ON issue_hash (issue_id);

-- Bodies compressed with the dictionary that they name; 0 stands for none.
CREATE TABLE dictionary (
    id BIGINT NOT NULL PRIMARY KEY,
    bytes BLOB NOT NULL,
    created_at BIGINT NOT NULL
) WITHOUT ROWID;

-- The body stands last so that lists and look-ups need not walk its pages.
CREATE TABLE event (
    id INTEGER NOT NULL PRIMARY KEY,
    project_id BIGINT NOT NULL,
    event_id BLOB NOT NULL,
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    timestamp BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    dictionary_id BIGINT NOT NULL,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX event_project_event_id ON event (project_id, event_id);
CREATE INDEX event_issue ON event (issue_id, timestamp, id);

-- The counters below are kept in the transaction that stores the events, so that no list and no
-- page ever scans events.
CREATE TABLE issue_hour (
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (issue_id, hour)
) WITHOUT ROWID;

CREATE TABLE issue_user (
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    user_hash BIGINT NOT NULL,
    count BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (issue_id, user_hash)
) WITHOUT ROWID;

CREATE TABLE issue_tag_key (
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value_count BIGINT NOT NULL,
    -- Events whose value is one too many to be counted by itself.
    overflow_count BIGINT NOT NULL,
    PRIMARY KEY (issue_id, key)
) WITHOUT ROWID;

CREATE TABLE issue_tag (
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    count BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (issue_id, key, value)
) WITHOUT ROWID;

CREATE TABLE project_environment (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (project_id, name)
) WITHOUT ROWID;

CREATE TABLE project_release (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    version TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (project_id, version)
) WITHOUT ROWID;

-- Project 0 and key 0 stand for "not known", hence no references.
CREATE TABLE outcome_hour (
    project_id BIGINT NOT NULL,
    hour BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    category TEXT NOT NULL,
    outcome SMALLINT NOT NULL,
    reason TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (project_id, hour, key_id, category, outcome, reason)
) WITHOUT ROWID;

CREATE TABLE activity (
    id INTEGER NOT NULL PRIMARY KEY,
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    user_id BIGINT REFERENCES app_user (id) ON DELETE SET NULL,
    kind SMALLINT NOT NULL,
    data TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX activity_issue ON activity (issue_id, id);
CREATE INDEX activity_by_user ON activity (user_id);

CREATE TABLE issue_seen (
    user_id BIGINT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, issue_id)
) WITHOUT ROWID;
CREATE INDEX issue_seen_issue ON issue_seen (issue_id);
