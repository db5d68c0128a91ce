-- Clients: the people served (SV-02). A client without a responsible person is in a team's queue: at least one of the
-- two is always set. user_id is the client's own account, if there is one (decision 0043).
CREATE TABLE clients (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    form_key uuid NOT NULL,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    created_by uuid,

    first_name text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 200),
    last_name text NOT NULL DEFAULT '' CHECK (length(last_name) <= 200),
    number text CHECK (length(number) BETWEEN 1 AND 32),
    email text CHECK (length(email) <= 254),
    phone text CHECK (length(phone) <= 32),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 2000),

    team_id uuid,
    responsible_id uuid,
    user_id uuid,

    archived_at timestamptz,
    archived_reason text,

    sort_name text COLLATE "sv-x-icu" NOT NULL,
    search_text text NOT NULL,

    PRIMARY KEY (organisation_id, id),
    CONSTRAINT clients_somebodys CHECK (responsible_id IS NOT NULL OR team_id IS NOT NULL),
    CONSTRAINT clients_form_key UNIQUE (organisation_id, form_key),
    CONSTRAINT clients_number UNIQUE (organisation_id, number),
    CONSTRAINT clients_user UNIQUE (organisation_id, user_id),
    FOREIGN KEY (organisation_id, team_id) REFERENCES teams (organisation_id, id),
    FOREIGN KEY (organisation_id, responsible_id) REFERENCES users (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE SET NULL (user_id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES users (organisation_id, id) ON DELETE SET NULL (created_by)
);

CREATE INDEX clients_list ON clients (organisation_id, sort_name, id) WHERE archived_at IS NULL;
CREATE INDEX clients_archived ON clients (organisation_id, sort_name, id) WHERE archived_at IS NOT NULL;
CREATE INDEX clients_responsible ON clients (organisation_id, responsible_id, sort_name, id);
CREATE INDEX clients_team ON clients (organisation_id, team_id, sort_name, id);
CREATE INDEX clients_queue ON clients (organisation_id, team_id, created_at)
    WHERE responsible_id IS NULL AND archived_at IS NULL;
CREATE INDEX clients_created ON clients (organisation_id, created_at);
CREATE INDEX clients_search ON clients USING gin (organisation_id, search_text gin_trgm_ops);

GRANT SELECT (organisation_id, id, sort_name, search_text, archived_at, team_id, responsible_id, user_id) ON clients
    TO usher_search;
CREATE POLICY search ON clients FOR SELECT TO usher_search USING (true);
