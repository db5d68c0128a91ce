-- Mails that wait to be sent, and what became of them (decision 0019).
CREATE TABLE outbox (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    mail jsonb NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'superseded')),
    attempts int NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    error text,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'waiting';
CREATE INDEX outbox_user ON outbox (organisation_id, user_id, id DESC);
