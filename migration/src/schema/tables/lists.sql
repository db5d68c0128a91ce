-- Lists that people appear on (CS-11, S10). key is set while a built-in list has no name of its own; name_key is set
-- while a list has one (decision 0044).
CREATE TABLE lists (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    key text,
    name text COLLATE "sv-x-icu" NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key text,
    form_key uuid NOT NULL,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT lists_named CHECK ((key IS NULL) <> (name_key IS NULL)),
    CONSTRAINT lists_form_key UNIQUE (organisation_id, form_key)
);

CREATE UNIQUE INDEX lists_name_key ON lists (organisation_id, coalesce(key, name_key), (key IS NULL))
    WHERE closed_at IS NULL;
