//! Every constraint that a form can violate has an answer for the person who sent it.

use usher_domain::constraints::{ANSWERED, FIELDS};

use crate::support::run_bare;

/// Constraints that no form reaches, with the reason.
const UNREACHABLE: [(&str, &str); 25] = [
    ("audit_seals_event", "only the sealing worker writes seals"),
    (
        "clients_form_key",
        "`lock_idempotency_key`: a retry finds the client",
    ),
    (
        "clients_somebodys",
        "`EditClient::parse` requires a responsible person or a team",
    ),
    (
        "clients_user",
        "the client is locked, and has no account yet",
    ),
    (
        "contracts_form_key",
        "`lock_idempotency_key`: a retry finds the contract",
    ),
    ("covers_end", "`GiveCover::parse` compares both ends"),
    (
        "customers_form_key",
        "`lock_idempotency_key`: a retry finds the customer",
    ),
    (
        "dashboards_form_key",
        "`lock_idempotency_key`: a retry finds the dashboard",
    ),
    ("dashboards_named", "a `RowName` is built in or custom"),
    (
        "linked_accounts_one_each",
        "a link is written from a proposal, which has one account each",
    ),
    (
        "lists_form_key",
        "`lock_idempotency_key`: a retry finds the list",
    ),
    ("lists_named", "a `RowName` is built in or custom"),
    (
        "offices_form_key",
        "`lock_idempotency_key`: a retry finds the office",
    ),
    (
        "organisations_form_key",
        "`lock_idempotency_key`: a retry finds the organisation",
    ),
    (
        "organisations_licence",
        "`EditOrganisation::parse` compares both days",
    ),
    (
        "organisations_one_operator",
        "only the set-up creates an operator, once",
    ),
    (
        "referral_crossings_order",
        "the referral is locked while its steps are numbered",
    ),
    (
        "referrals_form_key",
        "the client is locked, and a retry finds the referral",
    ),
    ("referrals_whither", "follows from the type `Destination`"),
    ("referrals_whose", "follows from the type `Destination`"),
    (
        "resources_form_key",
        "`lock_idempotency_key`: a retry finds the resource",
    ),
    ("roles_key", "only a new organisation gets built-in roles"),
    (
        "teams_form_key",
        "`lock_idempotency_key`: a retry finds the team",
    ),
    (
        "users_form_key",
        "`lock_idempotency_key`: a retry finds the person",
    ),
    (
        "vendor_notices_day",
        "only the worker drafts notices, with ON CONFLICT",
    ),
];

#[test]
fn every_constraint_that_a_form_violates_has_an_answer() {
    run_bare(async |database| {
        let named: Vec<String> = database
            .all(
                "SELECT conname::text FROM pg_constraint
                    WHERE connamespace = 'public'::regnamespace AND (contype = 'u' OR contype = 'c' AND conname !~ '_check[0-9]*$')
                UNION SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                    WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique AND NOT i.indisprimary
                ORDER BY 1",
            )
            .await;
        let answered: Vec<&str> = FIELDS
            .iter()
            .map(|(name, ..)| *name)
            .chain(ANSWERED.iter().map(|(name, _)| *name))
            .collect();
        let unreachable: Vec<&str> = UNREACHABLE.iter().map(|(name, _)| *name).collect();
        for name in &named {
            assert!(
                answered.contains(&name.as_str()) != unreachable.contains(&name.as_str()),
                "If you're here because of the new constraint {name}: give it a field in domain/src/constraints.rs, or say here why no form reaches it."
            );
        }
        for name in unreachable {
            assert!(
                named.iter().any(|known| known == name),
                "If you're here because {name} is gone from the schema: remove it here."
            );
        }
    });
}
