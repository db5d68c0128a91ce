//! Accounts are linked only after the holders of all of them have agreed.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(TABLE).await?;
        db.execute_unprepared(EXISTING).await?;
        db.execute_unprepared(FUNCTIONS).await?;
        db.execute_unprepared(&grants()).await?;
        Ok(())
    }
}

/// A proposal consists of the accounts with the same `proposal_id`, which would all belong to one
/// person. Each account is in at most one proposal, so that agreeing to one never links the account
/// by another.
const TABLE: &str = "
CREATE TABLE link_proposals (
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    proposal_id uuid NOT NULL,
    agreed_at timestamptz,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, user_id),
    CONSTRAINT link_proposals_one_each UNIQUE (proposal_id, organisation_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);
CREATE INDEX link_proposals_age ON link_proposals (expires_at);
";

/// The holders of existing links were not asked: the links become proposals, and sessions that were
/// switched by them end. Mails about them are not urgent, so these proposals expire later than new
/// ones.
const EXISTING: &str = "
INSERT INTO link_proposals (organisation_id, user_id, proposal_id, expires_at)
    SELECT organisation_id, user_id, person_id, now() + interval '30 days' FROM linked_accounts;
INSERT INTO outbox (organisation_id, id, user_id, mail, next_at, created_at)
    SELECT p.organisation_id, gen_random_uuid(), p.user_id, jsonb_build_object('kind', 'link_proposed', 'with',
            (SELECT jsonb_agg(o.organisation_id) FROM link_proposals o WHERE o.proposal_id = p.proposal_id AND o.organisation_id <> p.organisation_id)),
        now(), now()
    FROM link_proposals p JOIN users u ON (u.organisation_id, u.id) = (p.organisation_id, p.user_id)
    WHERE u.email IS NOT NULL AND u.archived_at IS NULL;
DELETE FROM linked_accounts;
DELETE FROM sessions WHERE (root_organisation_id, root_user_id) <> (organisation_id, user_id);
";

/// A proposal ends when an account's holder loses control of the account, or when the account
/// leaves a link. An organisation can unlink its own accounts on behalf of their holders; the
/// operator can unlink any account.
const FUNCTIONS: &str = "
DROP FUNCTION account_link;

CREATE FUNCTION link_propose(one_in uuid, one uuid, other_in uuid, other uuid, proposer uuid, fresh uuid, at timestamptz, until timestamptz)
RETURNS TABLE (organisation_id uuid, user_id uuid, other_organisation_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT operator_acts() THEN
        RAISE insufficient_privilege;
    END IF;
    LOCK TABLE linked_accounts IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM link_proposals p WHERE p.expires_at <= at;
    INSERT INTO link_proposals (organisation_id, user_id, proposal_id, expires_at)
        SELECT one_in, one, fresh, until UNION SELECT other_in, other, fresh, until
        UNION SELECT l.organisation_id, l.user_id, fresh, until FROM linked_accounts l WHERE l.person_id IN (
            SELECT m.person_id FROM linked_accounts m WHERE (m.organisation_id, m.user_id) IN ((one_in, one), (other_in, other)));
    IF EXISTS (SELECT FROM link_proposals p WHERE p.proposal_id = fresh AND p.organisation_id = acting_organisation() AND p.user_id = proposer) THEN
        RAISE EXCEPTION 'link_proposals_own: nobody links their own account'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'link_proposals_own';
    END IF;
    RETURN QUERY SELECT p.organisation_id, p.user_id, o.organisation_id FROM link_proposals p JOIN link_proposals o
            ON o.proposal_id = p.proposal_id AND o.organisation_id <> p.organisation_id
        WHERE p.proposal_id = fresh ORDER BY p.organisation_id, o.organisation_id;
END $$;

CREATE FUNCTION link_agree(proposal uuid, holder uuid, at timestamptz)
RETURNS TABLE (organisation_id uuid, user_id uuid, other_organisation_id uuid, is_linked boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here uuid := acting_organisation();
    complete boolean;
    same uuid;
BEGIN
    LOCK TABLE linked_accounts IN SHARE ROW EXCLUSIVE MODE;
    UPDATE link_proposals p SET agreed_at = at WHERE p.proposal_id = proposal AND p.organisation_id = here AND p.user_id = holder
        AND p.agreed_at IS NULL AND p.expires_at > at AND account_state(here, holder) = 'ready';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    complete := NOT EXISTS (SELECT FROM link_proposals p WHERE p.proposal_id = proposal AND p.agreed_at IS NULL);
    RETURN QUERY SELECT p.organisation_id, p.user_id, o.organisation_id, complete FROM link_proposals p JOIN link_proposals o
            ON o.proposal_id = p.proposal_id AND o.organisation_id <> p.organisation_id
        WHERE p.proposal_id = proposal AND (complete OR here IN (p.organisation_id, o.organisation_id))
        ORDER BY p.organisation_id, o.organisation_id;
    IF complete THEN
        same := coalesce((SELECT l.person_id FROM linked_accounts l JOIN link_proposals p
            ON (p.organisation_id, p.user_id) = (l.organisation_id, l.user_id) WHERE p.proposal_id = proposal LIMIT 1), proposal);
        INSERT INTO linked_accounts (organisation_id, user_id, person_id, linked_at)
            SELECT p.organisation_id, p.user_id, same, at FROM link_proposals p WHERE p.proposal_id = proposal
            ON CONFLICT ON CONSTRAINT linked_accounts_pkey DO UPDATE SET person_id = same, is_trusted = true;
        DELETE FROM link_proposals p WHERE p.proposal_id = proposal;
    END IF;
END $$;

CREATE FUNCTION link_decline(proposal uuid, holder uuid, at timestamptz)
RETURNS TABLE (organisation_id uuid, user_id uuid, other_organisation_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH declined AS (DELETE FROM link_proposals p WHERE p.proposal_id IN (SELECT m.proposal_id FROM link_proposals m
            WHERE m.proposal_id = proposal AND m.organisation_id = acting_organisation() AND m.user_id = holder AND m.expires_at > at) RETURNING p.*)
    SELECT p.organisation_id, p.user_id, o.organisation_id FROM declined p JOIN declined o ON o.organisation_id <> p.organisation_id
    WHERE acting_organisation() IN (p.organisation_id, o.organisation_id) ORDER BY p.organisation_id, o.organisation_id;
$$;

CREATE FUNCTION link_withdraw(proposal uuid) RETURNS TABLE (organisation_id uuid, user_id uuid, other_organisation_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH withdrawn AS (DELETE FROM link_proposals p WHERE p.proposal_id = proposal AND operator_acts() RETURNING p.*)
    SELECT p.organisation_id, p.user_id, o.organisation_id FROM withdrawn p JOIN withdrawn o ON o.organisation_id <> p.organisation_id
    ORDER BY p.organisation_id, o.organisation_id;
$$;

CREATE FUNCTION link_proposal_of(holder uuid, at timestamptz)
RETURNS TABLE (proposal_id uuid, has_agreed boolean, expires_at timestamptz, others jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.proposal_id, p.agreed_at IS NOT NULL, p.expires_at,
        (SELECT jsonb_agg(jsonb_build_object('name', concat_ws(' ', u.first_name, nullif(u.last_name, '')), 'organisation_name', g.name,
                'has_agreed', o.agreed_at IS NOT NULL) ORDER BY g.name, g.id)
            FROM link_proposals o JOIN users u ON (u.organisation_id, u.id) = (o.organisation_id, o.user_id)
                JOIN organisations g ON g.id = o.organisation_id
            WHERE o.proposal_id = p.proposal_id AND o.organisation_id <> p.organisation_id)
    FROM link_proposals p WHERE p.organisation_id = acting_organisation() AND p.user_id = holder AND p.expires_at > at;
$$;

CREATE FUNCTION link_proposals_open(at timestamptz, most int) RETURNS TABLE (proposal_id uuid, expires_at timestamptz, accounts jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.proposal_id, min(p.expires_at),
        jsonb_agg(jsonb_build_array(account_shown(p.organisation_id, p.user_id), p.agreed_at IS NOT NULL) ORDER BY g.name, g.id)
    FROM link_proposals p JOIN organisations g ON g.id = p.organisation_id
    WHERE operator_acts() AND p.expires_at > at GROUP BY p.proposal_id ORDER BY 2, 1 LIMIT most;
$$;

CREATE OR REPLACE FUNCTION account_unlink(one_in uuid, one uuid)
RETURNS TABLE (organisation_id uuid, user_id uuid, other_organisation_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    person uuid;
BEGIN
    IF NOT operator_acts() AND one_in IS DISTINCT FROM acting_organisation() THEN
        RAISE insufficient_privilege;
    END IF;
    LOCK TABLE linked_accounts IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM linked_accounts l WHERE l.organisation_id = one_in AND l.user_id = one RETURNING l.person_id INTO person;
    RETURN QUERY SELECT one_in, one, l.organisation_id FROM linked_accounts l WHERE l.person_id = person
        UNION ALL SELECT l.organisation_id, l.user_id, one_in FROM linked_accounts l WHERE l.person_id = person;
    DELETE FROM linked_accounts l WHERE l.person_id = person
        AND NOT EXISTS (SELECT FROM linked_accounts o WHERE o.person_id = person AND o.organisation_id <> l.organisation_id);
    DELETE FROM sessions s WHERE (s.root_organisation_id, s.root_user_id) <> (s.organisation_id, s.user_id)
        AND ((s.organisation_id = one_in AND s.user_id = one) OR (s.root_organisation_id = one_in AND s.root_user_id = one));
    DELETE FROM link_proposals p WHERE p.proposal_id IN (
        SELECT m.proposal_id FROM link_proposals m WHERE m.organisation_id = one_in AND m.user_id = one);
END $$;

CREATE OR REPLACE FUNCTION account_distrust(person uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE linked_accounts SET is_trusted = false WHERE organisation_id = acting_organisation() AND user_id = person;
    DELETE FROM link_proposals WHERE proposal_id IN (
        SELECT p.proposal_id FROM link_proposals p WHERE p.organisation_id = acting_organisation() AND p.user_id = person);
$$;

CREATE OR REPLACE FUNCTION sweep(at timestamptz, idle interval, most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH ended AS (DELETE FROM sessions WHERE token_hash IN (
            SELECT token_hash FROM sessions WHERE ends_at <= at OR seen_at <= at - idle LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        dead AS (DELETE FROM tokens WHERE token_hash IN (
            SELECT token_hash FROM tokens WHERE expires_at <= at LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        forgotten AS (DELETE FROM throttles WHERE key IN (
            SELECT key FROM throttles WHERE since < at - interval '1 day' LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        stale AS (DELETE FROM drafts WHERE id IN (
            SELECT id FROM drafts WHERE created_at <= at - interval '24 hours' LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        settled AS (DELETE FROM caseload_moves WHERE (organisation_id, id) IN (
            SELECT organisation_id, id FROM caseload_moves WHERE moved_at <= at - interval '24 hours' LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        unanswered AS (DELETE FROM link_proposals WHERE (organisation_id, user_id) IN (
            SELECT organisation_id, user_id FROM link_proposals WHERE expires_at <= at LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        unused AS (DELETE FROM known_browsers WHERE (organisation_id, user_id, token_hash) IN (
            SELECT organisation_id, user_id, token_hash FROM known_browsers WHERE seen_at <= at - interval '90 days'
            LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1)
    SELECT greatest((SELECT count(*) FROM ended), (SELECT count(*) FROM dead), (SELECT count(*) FROM forgotten), (SELECT count(*) FROM stale),
        (SELECT count(*) FROM settled), (SELECT count(*) FROM unanswered), (SELECT count(*) FROM unused));
$$;
";

const OURS: &str =
    "link_propose, link_agree, link_decline, link_withdraw, link_proposal_of, link_proposals_open";

fn grants() -> String {
    format!(
        "REVOKE EXECUTE ON FUNCTION {OURS} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {OURS} TO {APP_ROLE};"
    )
}
