-- What is counted against the limits (decision 0029, docs/limits.md).
CREATE TABLE throttles (
    key text PRIMARY KEY,
    failures int NOT NULL,
    since timestamptz NOT NULL,
    blocked_until timestamptz
);

CREATE INDEX throttles_age ON throttles (since);

GRANT SELECT, INSERT, UPDATE, DELETE ON throttles TO usher_app;
