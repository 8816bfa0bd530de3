-- The settings that are in force go back to where they were read before. Texts that are no JSON,
-- such as an empty document, say nothing.
CREATE OR REPLACE FUNCTION pg_temp.as_json(said TEXT) RETURNS JSONB LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN said::JSONB;
EXCEPTION WHEN others THEN
    RETURN NULL;
END
$$;
UPDATE project SET settings = jsonb_set(
        COALESCE(pg_temp.as_json(settings), '{}'),
        '{scrub}',
        COALESCE(
            pg_temp.as_json(
                (SELECT document FROM scrubbing WHERE project_id = project.id ORDER BY id DESC LIMIT 1)
            ),
            '{}'
        )
    )::TEXT
    WHERE id IN (SELECT project_id FROM scrubbing);
ALTER TABLE dictionary DROP COLUMN retired_at;
DROP TABLE job_finding;
DROP TABLE scrubbing;
