-- Start pages: named sets of widgets, in display order (IZ-19). key is set while a built-in dashboard has no name of
-- its own; name_key is set while a dashboard has one.
CREATE TABLE dashboards (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    key text,
    name text COLLATE "sv-x-icu" NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key text,
    widgets text[] NOT NULL CHECK (cardinality(widgets) BETWEEN 1 AND 50),
    form_key uuid NOT NULL,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT dashboards_named CHECK ((key IS NULL) <> (name_key IS NULL)),
    CONSTRAINT dashboards_form_key UNIQUE (organisation_id, form_key)
);

CREATE UNIQUE INDEX dashboards_name_key ON dashboards (organisation_id, coalesce(key, name_key), (key IS NULL))
    WHERE closed_at IS NULL;
