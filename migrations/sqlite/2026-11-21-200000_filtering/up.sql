-- Ignore rules, what they matched, and what is remembered of events that filters dropped. Times
-- are microseconds since 1970 in UTC, hours are hours since 1970.

-- A rule of a project, or of all projects of an organisation. Those of a place apply by position.
CREATE TABLE ignore_rule (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    project_id BIGINT REFERENCES project (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    -- As the rule says it, so that a rule that cannot be read still has a name.
    name TEXT NOT NULL,
    -- JSON of the whole rule.
    rule TEXT NOT NULL,
    issue_id BIGINT REFERENCES issue (id) ON DELETE SET NULL,
    is_removed BOOLEAN NOT NULL,
    user_id BIGINT REFERENCES app_user (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX ignore_rule_place ON ignore_rule (organization_id, project_id, position);
CREATE INDEX ignore_rule_project ON ignore_rule (project_id);
CREATE INDEX ignore_rule_issue ON ignore_rule (issue_id);
CREATE INDEX ignore_rule_by_user ON ignore_rule (user_id);

CREATE TABLE ignore_rule_change (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    rule_id BIGINT NOT NULL REFERENCES ignore_rule (id) ON DELETE CASCADE,
    user_id BIGINT REFERENCES app_user (id) ON DELETE SET NULL,
    change TEXT NOT NULL,
    -- JSON of the rule before the change.
    rule TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX ignore_rule_change_rule ON ignore_rule_change (rule_id, id);
CREATE INDEX ignore_rule_change_by_user ON ignore_rule_change (user_id);

-- How many events of a project a rule matched in an hour, and the last of them. Without references,
-- because events are counted after they met the rule, and it may be gone by then.
CREATE TABLE ignore_rule_hour (
    rule_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    hour BIGINT NOT NULL,
    count BIGINT NOT NULL,
    last_hit_at BIGINT NOT NULL,
    -- Of the last event whose title is known; empty where none is.
    title TEXT NOT NULL,
    PRIMARY KEY (rule_id, project_id, hour)
) WITHOUT ROWID;
CREATE INDEX ignore_rule_hour_project ON ignore_rule_hour (project_id);
CREATE INDEX ignore_rule_hour_hour ON ignore_rule_hour (hour);

-- The scrubbed heads of events that a filter dropped, so that rules can be tried on them.
CREATE TABLE dropped_head (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    event_id BLOB NOT NULL,
    reason TEXT NOT NULL,
    title TEXT NOT NULL,
    timestamp BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    dictionary_id BIGINT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX dropped_head_project ON dropped_head (project_id, id);
CREATE INDEX dropped_head_received ON dropped_head (received_at);
