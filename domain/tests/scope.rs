//! What a scope's transactions refuse: a read that writes, a write without an event, and a
//! permission that is not held (decision 0001).

use usher_domain::{Error, clients, links, sealing::Token, users};
use usher_types::{Permission, Refusal};

use crate::support::{refusal, run};

#[test]
fn a_read_is_a_transaction_that_cannot_write() {
    run(async |world| {
        // a function that a read calls, replaced by one that writes
        world
            .owner_runs(
                "CREATE OR REPLACE FUNCTION token_find(hash bytea, what text, at timestamptz)
                    RETURNS TABLE (organisation_id uuid, user_id uuid, data jsonb)
                    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
                    DELETE FROM throttles;
                    SELECT NULL::uuid, NULL::uuid, NULL::jsonb;
                $$",
            )
            .await;
        let token = Token::new().expect("randomness");
        match links::check_set_up(&world.visitor(), &token).await {
            Err(Error::Database(error)) => assert!(
                error.to_string().contains("read-only transaction"),
                "{error}"
            ),
            other => panic!("a read wrote to the database: {other:?}"),
        }
    });
}

#[test]
fn a_write_without_an_event_does_not_commit() {
    run(async |world| {
        let birgit = world.as_("birgit").await;
        let tx = birgit
            .write(Permission::OwnProfile)
            .await
            .expect("everybody has a profile");
        match tx.commit().await {
            Err(Error::Broken(why)) => assert!(why.contains("without an event"), "{why}"),
            other => panic!("a write without an event was committed: {other:?}"),
        }
    });
}

#[test]
fn a_permission_is_required_without_opening_a_transaction() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.as_("karin").await);
        let visitor = world.visitor();
        world.db.clone().close().await;
        users::ensure_may_make_role(&maria)
            .expect("an administrator creates users and edits roles");
        assert_eq!(
            refusal(users::ensure_may_make_role(&karin)),
            Refusal::Forbidden
        );
        assert_eq!(
            refusal(clients::ensure_may_link(&visitor, Permission::GiveRoles)),
            Refusal::SignIn
        );
    });
}
