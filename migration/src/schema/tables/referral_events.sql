-- The history of a referral: a row of each organisation, with the same id, which is never changed.
CREATE TABLE referral_events (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    at timestamptz NOT NULL,
    step text NOT NULL
        CHECK (step IN ('sent', 'asked', 'replied', 'accepted', 'declined', 'withdrawn', 'ended', 'undelivered')),
    actor_id uuid,
    is_theirs boolean NOT NULL,
    actor_name text NOT NULL DEFAULT '' CHECK (length(actor_name) <= 401),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 2000),
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, referral_id) REFERENCES referrals (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, actor_id) REFERENCES users (organisation_id, id) ON DELETE SET NULL (actor_id)
);

CREATE INDEX referral_events_of ON referral_events (organisation_id, referral_id, at, id);
