-- The tenants. Every row of a tenant table belongs to one of them. At most one is the operator, which runs the
-- installation (decision 0050). The server's role can change neither who that is nor when an organisation was
-- created.
CREATE TABLE organisations (
    id uuid PRIMARY KEY,
    form_key uuid CONSTRAINT organisations_form_key UNIQUE,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,

    -- name_key is the folded name, which the search for organisations uses
    name text COLLATE "sv-x-icu" NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key text NOT NULL DEFAULT '',
    is_operator boolean NOT NULL DEFAULT false,

    -- the settings
    login_name_format text NOT NULL DEFAULT 'first.last' CHECK (login_name_format IN ('first.last', 'email', 'free')),
    language text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'sv')),
    languages text[] NOT NULL DEFAULT '{en,sv}',
    time_zone text NOT NULL DEFAULT 'Europe/Stockholm',
    own_domains text[] NOT NULL DEFAULT '{}',
    required_fields text[] NOT NULL DEFAULT '{}' CHECK (required_fields <@ '{email,phone,job_title,identity_number}'),
    archive_reasons text[] NOT NULL DEFAULT '{}',
    support_contact text NOT NULL DEFAULT '' CHECK (length(support_contact) <= 200),
    requires_office boolean NOT NULL DEFAULT false,
    uses_lms boolean NOT NULL DEFAULT false,
    uses_portal boolean NOT NULL DEFAULT false,
    takes_referrals boolean NOT NULL DEFAULT false,

    -- what is agreed with the vendor (S17)
    seats int CHECK (seats > 0),
    licence_from date,
    licence_until date,
    vendor_address text,

    -- nobody signs in while an organisation is suspended
    suspended_at timestamptz,
    suspended_reason text NOT NULL DEFAULT '',

    CONSTRAINT organisations_check CHECK (languages <@ '{en,sv}' AND language = ANY (languages)),
    CONSTRAINT organisations_licence CHECK (licence_until >= licence_from)
);

CREATE UNIQUE INDEX organisations_one_operator ON organisations (is_operator) WHERE is_operator;
CREATE INDEX organisations_by_name ON organisations (name, id);
CREATE INDEX organisations_taking_by_name ON organisations (name, id) WHERE takes_referrals AND suspended_at IS NULL;

-- A migration that adds a column must grant its update, too.
GRANT SELECT, INSERT ON organisations TO usher_app;
GRANT UPDATE (
    form_key, version, name, name_key,
    login_name_format, language, languages, time_zone, own_domains, required_fields, archive_reasons, support_contact,
    requires_office, uses_lms, uses_portal, takes_referrals,
    seats, licence_from, licence_until, vendor_address, suspended_at, suspended_reason
) ON organisations TO usher_app;
