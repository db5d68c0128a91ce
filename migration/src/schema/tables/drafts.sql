-- Forms that were refused or left, sealed with a key of the browser (decision 0009). person is a keyed hash, and NULL
-- for visitors. Only functions reach this table.
CREATE TABLE drafts (
    id uuid PRIMARY KEY,
    browser_hash bytea NOT NULL,
    person bytea,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX drafts_age ON drafts (created_at);
CREATE INDEX drafts_browser ON drafts (browser_hash, created_at DESC, id DESC);
CREATE INDEX drafts_person ON drafts (person, created_at DESC, id DESC) WHERE person IS NOT NULL;
CREATE INDEX drafts_visitors ON drafts (created_at DESC, id DESC) WHERE person IS NULL;
