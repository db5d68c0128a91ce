-- Offices, which keep the data of their people apart (CS-02, decision 0038). An organisation may have none.
CREATE TABLE offices (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    name text COLLATE "sv-x-icu" NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key text NOT NULL,
    form_key uuid NOT NULL,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT offices_form_key UNIQUE (organisation_id, form_key)
);

CREATE UNIQUE INDEX offices_name_key ON offices (organisation_id, name_key) WHERE closed_at IS NULL;
