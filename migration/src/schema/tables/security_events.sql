-- Events of visitors, who belong to no organisation. The server writes them, and only the owner reads them.
CREATE TABLE security_events (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    address text NOT NULL,
    request_id uuid NOT NULL
);

GRANT INSERT ON security_events TO usher_app;
