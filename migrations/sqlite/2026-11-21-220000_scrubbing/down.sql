-- The settings that are in force go back to where they were read before. Texts that are no JSON,
-- such as an empty document, say nothing.
UPDATE project SET settings = json_set(
        CASE WHEN json_valid(settings) THEN settings ELSE '{}' END,
        '$.scrub',
        json((
            SELECT CASE WHEN json_valid(document) THEN document ELSE '{}' END
            FROM scrubbing WHERE project_id = project.id ORDER BY id DESC LIMIT 1
        ))
    )
    WHERE id IN (SELECT project_id FROM scrubbing);
ALTER TABLE dictionary DROP COLUMN retired_at;
DROP TABLE job_finding;
DROP TABLE scrubbing;
