-- Agreements with a customer; each names an organization config (CP-15, decision 0041).
CREATE TABLE contracts (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    name text COLLATE "sv-x-icu" NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key text NOT NULL,
    config text COLLATE "sv-x-icu" NOT NULL CHECK (length(config) BETWEEN 1 AND 200),
    form_key uuid NOT NULL,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT contracts_form_key UNIQUE (organisation_id, form_key),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, id)
);

CREATE UNIQUE INDEX contracts_name_key ON contracts (organisation_id, customer_id, name_key) WHERE closed_at IS NULL;
CREATE INDEX contracts_config ON contracts (organisation_id, config) WHERE closed_at IS NULL;
