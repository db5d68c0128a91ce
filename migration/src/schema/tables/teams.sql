-- Teams, in an office or across offices. A team has a queue of clients and can be covered (IZ-08).
CREATE TABLE teams (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    name text COLLATE "sv-x-icu" NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key text NOT NULL,
    office_id uuid,
    form_key uuid NOT NULL,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT teams_form_key UNIQUE (organisation_id, form_key),
    CONSTRAINT teams_office FOREIGN KEY (organisation_id, office_id) REFERENCES offices (organisation_id, id)
);

CREATE UNIQUE INDEX teams_name_key ON teams (organisation_id, name_key) WHERE closed_at IS NULL;
CREATE INDEX teams_in_office ON teams (organisation_id, office_id) WHERE office_id IS NOT NULL;

GRANT SELECT (organisation_id, id, office_id) ON teams TO usher_search;
CREATE POLICY search ON teams FOR SELECT TO usher_search USING (true);
