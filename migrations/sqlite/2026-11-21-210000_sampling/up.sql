-- Sampling: events that are counted without a body, spikes, and what clients keep to themselves.
-- Times are microseconds since 1970 in UTC, hours are hours since 1970.

-- How many of its events have no body.
ALTER TABLE issue ADD COLUMN sampled_count BIGINT NOT NULL DEFAULT 0;
-- Until when the ids of events without a body are looked up.
ALTER TABLE project ADD COLUMN counted_until BIGINT NOT NULL DEFAULT 0;

-- The ids of events without a body, for some days, so that one that is sent again is not counted
-- twice. The issue may be gone.
CREATE TABLE counted_event (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    event_id BLOB NOT NULL,
    issue_id BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, event_id)
) WITHOUT ROWID;
CREATE INDEX counted_event_received ON counted_event (received_at);

-- What is counted of events without a body, by the hash that brought them into their issue, so
-- that it can follow the hash into another one. The looks are those of the newest, as JSON.
CREATE TABLE sampled_hash (
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    hash_key BIGINT NOT NULL,
    event_count BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    is_unhandled BOOLEAN NOT NULL,
    first_release TEXT,
    last_release TEXT,
    -- When the last event that names a release happened.
    release_at BIGINT NOT NULL,
    looks TEXT NOT NULL,
    PRIMARY KEY (issue_id, hash_key)
) WITHOUT ROWID;

CREATE TABLE sampled_hour (
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    hash_key BIGINT NOT NULL,
    hour BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (issue_id, hash_key, hour)
) WITHOUT ROWID;

CREATE TABLE sampled_user (
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    hash_key BIGINT NOT NULL,
    user_hash BIGINT NOT NULL,
    count BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (issue_id, hash_key, user_hash)
) WITHOUT ROWID;

-- Values beyond the limit of an issue are not here; they stay in the overflow of the key.
CREATE TABLE sampled_tag (
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    hash_key BIGINT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    count BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (issue_id, hash_key, key, value)
) WITHOUT ROWID;

-- The event of an issue that has its body only until a later one comes.
CREATE TABLE issue_latest (
    issue_id BIGINT NOT NULL PRIMARY KEY REFERENCES issue (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    event_id BLOB NOT NULL,
    seen_at BIGINT NOT NULL
) WITHOUT ROWID;

-- Times in which a project got far more events than usual. One without an end is going on.
CREATE TABLE spike (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- When its last event came in.
    last_at BIGINT NOT NULL,
    -- Events per hour: usual ones, and those that are too many.
    usual BIGINT NOT NULL,
    threshold BIGINT NOT NULL,
    arrived BIGINT NOT NULL,
    kept BIGINT NOT NULL
);
CREATE INDEX spike_project ON spike (project_id, id);

-- The rates at which clients sample traces. The rate is in millionths.
CREATE TABLE trace_rate_hour (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    sdk TEXT NOT NULL,
    release TEXT NOT NULL,
    environment TEXT NOT NULL,
    rate BIGINT NOT NULL,
    envelope_count BIGINT NOT NULL,
    transaction_count BIGINT NOT NULL,
    PRIMARY KEY (project_id, hour, sdk, release, environment, rate)
) WITHOUT ROWID;

-- What clients discarded, as they report it. An empty release or environment is not known.
CREATE TABLE client_discard_hour (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    sdk TEXT NOT NULL,
    release TEXT NOT NULL,
    environment TEXT NOT NULL,
    category TEXT NOT NULL,
    reason TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (project_id, hour, sdk, release, environment, category, reason)
) WITHOUT ROWID;
