-- Roles (S3, decision 0017). A built-in role has a key, and its words are in the program. name_key is the folded name
-- of an active custom role, and NULL for built-in and deactivated ones, whose names are not unique. The requires_
-- columns say what a holder must have: an office (S16), a linked client, a client record of their own (S14).
CREATE TABLE roles (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    key text,
    name text COLLATE "sv-x-icu" NOT NULL,
    name_key text,
    purpose text NOT NULL DEFAULT '',
    position int NOT NULL,
    version int NOT NULL DEFAULT 1,
    retired_at timestamptz,
    requires_office boolean NOT NULL DEFAULT false,
    requires_client boolean NOT NULL DEFAULT false,
    requires_record boolean NOT NULL DEFAULT false,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT roles_key UNIQUE (organisation_id, key),
    CONSTRAINT roles_name_key UNIQUE (organisation_id, name_key)
);
