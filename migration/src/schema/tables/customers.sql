-- Companies that an organisation serves (CP-13).
CREATE TABLE customers (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    name text COLLATE "sv-x-icu" NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key text NOT NULL,
    search_text text NOT NULL,
    form_key uuid NOT NULL,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT customers_form_key UNIQUE (organisation_id, form_key)
);

CREATE UNIQUE INDEX customers_name_key ON customers (organisation_id, name_key) WHERE closed_at IS NULL;
CREATE INDEX customers_by_name ON customers (organisation_id, name, id) WHERE closed_at IS NULL;
