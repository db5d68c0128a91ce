-- Referrals to a resource or to another organisation (OG-05, OG-10). Each organisation has its own row: a referral to
-- another one is a row of each, with the same id, and the receiver's row holds what was delivered. Only the sender's
-- row has a client_id.
CREATE TABLE referrals (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    form_key uuid NOT NULL,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    created_by uuid,
    changed_at timestamptz NOT NULL,

    direction text NOT NULL CHECK (direction IN ('internal', 'sent', 'received')),
    status text NOT NULL CHECK (status IN ('sent', 'asked', 'accepted', 'declined', 'withdrawn', 'ended')),
    client_id uuid,
    client_name text NOT NULL CHECK (length(client_name) <= 401),
    client_contact text NOT NULL DEFAULT '' CHECK (length(client_contact) <= 300),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    resource_id uuid,
    resource_name text NOT NULL DEFAULT '',
    other_id uuid REFERENCES organisations (id),
    other_name text NOT NULL DEFAULT '',
    answered_by uuid,
    answered_at timestamptz,

    PRIMARY KEY (organisation_id, id),
    CONSTRAINT referrals_whose CHECK ((direction = 'received') = (client_id IS NULL)),
    CONSTRAINT referrals_whither CHECK ((direction = 'internal') = (other_id IS NULL)),
    CONSTRAINT referrals_form_key UNIQUE (organisation_id, form_key),
    FOREIGN KEY (organisation_id, client_id) REFERENCES clients (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, resource_id) REFERENCES resources (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES users (organisation_id, id) ON DELETE SET NULL (created_by),
    FOREIGN KEY (organisation_id, answered_by) REFERENCES users (organisation_id, id) ON DELETE SET NULL (answered_by)
);

CREATE INDEX referrals_list ON referrals (organisation_id, created_at DESC, id DESC);
CREATE INDEX referrals_open ON referrals (organisation_id, direction, created_at DESC)
    WHERE status IN ('sent', 'asked');
CREATE INDEX referrals_to_answer ON referrals (organisation_id, created_at, id)
    WHERE status = 'sent' AND direction <> 'sent';
CREATE INDEX referrals_client ON referrals (organisation_id, client_id, created_at DESC);
CREATE INDEX referrals_made ON referrals (organisation_id, created_by, created_at DESC);
CREATE INDEX referrals_taken ON referrals (organisation_id, resource_id) WHERE status = 'accepted';
CREATE INDEX referrals_created ON referrals (organisation_id, created_at);
CREATE INDEX referrals_answered ON referrals (organisation_id, answered_at) WHERE answered_at IS NOT NULL;
