-- Services that an organisation offers, to itself or also to others (OG-03).
CREATE TABLE resources (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    form_key uuid NOT NULL,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    created_by uuid,
    closed_at timestamptz,

    name text COLLATE "sv-x-icu" NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key text NOT NULL,
    description text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
    capacity int CHECK (capacity >= 0),
    contact text NOT NULL DEFAULT '' CHECK (length(contact) <= 254),
    opening text NOT NULL DEFAULT '' CHECK (length(opening) <= 200),
    is_shared boolean NOT NULL DEFAULT false,
    search_text text NOT NULL,

    PRIMARY KEY (organisation_id, id),
    CONSTRAINT resources_form_key UNIQUE (organisation_id, form_key),
    FOREIGN KEY (organisation_id, created_by) REFERENCES users (organisation_id, id) ON DELETE SET NULL (created_by)
);

CREATE UNIQUE INDEX resources_name_key ON resources (organisation_id, name_key) WHERE closed_at IS NULL;
CREATE INDEX resources_by_name ON resources (organisation_id, name, id) WHERE closed_at IS NULL;
CREATE INDEX resources_shared_by_name ON resources (name, id) WHERE is_shared AND closed_at IS NULL;
