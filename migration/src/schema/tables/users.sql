-- A person's account in one organisation (S13). An archived account stays here, as the user bank (S15). A database
-- trigger on this table enforces the number of seats (S17).
CREATE TABLE users (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    form_key uuid NOT NULL,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    created_by uuid,

    -- personal details; the identity number is sealed, and found by its keyed hash (S11)
    first_name text NOT NULL,
    last_name text NOT NULL DEFAULT '',
    email text,
    email_verified_at timestamptz,
    phone text,
    job_title text,
    identity_kind text CHECK (identity_kind IN ('personnummer', 'samordningsnummer')),
    identity_sealed bytea,
    identity_hash bytea,

    -- what the person chose
    language text CHECK (language IN ('en', 'sv')),
    theme text CHECK (theme IN ('light', 'dark')),

    -- signing in (S4); told_at is when the person was notified of the account, and sign_in_ends_at when the
    -- invitation or the temporary password expires
    login_name text NOT NULL,
    way_in text NOT NULL DEFAULT 'none' CHECK (way_in IN ('none', 'invited', 'password')),
    told_at timestamptz,
    sign_in_ends_at timestamptz,
    last_active_at timestamptz,

    -- where the person belongs
    office_id uuid,
    contract_id uuid,
    dashboard_id uuid,
    lms_manager boolean NOT NULL DEFAULT false,

    archived_at timestamptz,
    archived_reason text,

    -- written with the names: the order of lists, the text that is searched, and what makes two people namesakes
    -- (decision 0030)
    sort_name text COLLATE "sv-x-icu" NOT NULL,
    search_text text NOT NULL,
    same_name text NOT NULL,

    PRIMARY KEY (organisation_id, id),
    CONSTRAINT users_email_key UNIQUE (organisation_id, email),
    CONSTRAINT users_form_key UNIQUE (organisation_id, form_key),
    CONSTRAINT users_identity_key UNIQUE (organisation_id, identity_hash),
    CONSTRAINT users_office FOREIGN KEY (organisation_id, office_id) REFERENCES offices (organisation_id, id),
    CONSTRAINT users_contract FOREIGN KEY (organisation_id, contract_id) REFERENCES contracts (organisation_id, id),
    CONSTRAINT users_dashboard FOREIGN KEY (organisation_id, dashboard_id) REFERENCES dashboards (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES users (organisation_id, id)
);

-- Lists and the search.
CREATE INDEX users_list ON users (organisation_id, sort_name, id) WHERE archived_at IS NULL;
CREATE INDEX users_status ON users (organisation_id, way_in, sort_name, id) WHERE archived_at IS NULL;
CREATE INDEX users_bank ON users (organisation_id, sort_name, id) WHERE archived_at IS NOT NULL;
CREATE INDEX users_lms_manager ON users (organisation_id, sort_name, id) WHERE lms_manager;
CREATE INDEX users_search ON users USING gin (organisation_id, search_text gin_trgm_ops);
CREATE INDEX users_same_name ON users (organisation_id, same_name);

-- The people of an office, a contract, a dashboard.
CREATE INDEX users_in_office ON users (organisation_id, office_id, sort_name, id) WHERE office_id IS NOT NULL;
CREATE INDEX users_of_contract ON users (organisation_id, contract_id) WHERE contract_id IS NOT NULL;
CREATE INDEX users_dashboard ON users (organisation_id, dashboard_id) WHERE dashboard_id IS NOT NULL;

-- Counts on dashboards: each index holds the condition and the order of its widget, so that an index-only scan
-- counts. The condition must be identical to that of the list, or Postgres does not use the index. users_seated has a
-- single key for an organisation, because Postgres stores equal keys as a list of rows.
CREATE INDEX users_created ON users (organisation_id, created_at);
CREATE INDEX users_seated ON users (organisation_id) WHERE archived_at IS NULL AND way_in <> 'none';
CREATE INDEX users_no_way_in ON users (organisation_id, id) WHERE archived_at IS NULL AND way_in = 'none';
CREATE INDEX users_untold ON users (organisation_id, id)
    WHERE archived_at IS NULL
        AND (way_in <> 'password' AND told_at IS NULL OR way_in = 'password' AND sign_in_ends_at IS NOT NULL);
CREATE INDEX users_never_signed_in ON users (organisation_id, id)
    WHERE archived_at IS NULL AND last_active_at IS NULL AND way_in <> 'none';
CREATE INDEX users_sign_in_ends ON users (organisation_id, sign_in_ends_at, id)
    WHERE archived_at IS NULL AND sign_in_ends_at IS NOT NULL;
CREATE INDEX users_seen ON users (organisation_id, last_active_at, id)
    WHERE archived_at IS NULL AND way_in = 'password';

GRANT SELECT (organisation_id, id, sort_name, search_text, way_in, archived_at, office_id) ON users TO usher_search;
CREATE POLICY search ON users FOR SELECT TO usher_search USING (true);
