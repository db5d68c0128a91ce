//! The search over everything: the first people and clients, each within the actor's reach.

use usher_types::Permission;
use usher_types::clients::ClientRow;
use usher_types::search::{Found, LONGEST};
use usher_types::users::Row;

use crate::foundation::search::patterns_of_people;
use crate::infrastructure::directory;
use crate::{Result, Scope, clients};

/// The most results of each kind.
const MOST: u64 = 6;

/// Finds the first people and clients whose texts contain all of the words. If nobody's text does, it
/// finds those whose names resemble the words, so that a typing error is forgiven. Without words it
/// finds nothing.
///
/// # Errors
/// [`Refusal::SignIn`](usher_types::Refusal::SignIn) for a visitor. Somebody who may see neither people
/// nor clients finds nothing.
pub async fn find(scope: &Scope, words: &str) -> Result<Found> {
    scope.require(Permission::OwnProfile)?;
    let words: String = words.chars().take(LONGEST).collect();
    if patterns_of_people(&words).is_empty() {
        return Ok(Found::default());
    }
    let grants = scope.grants();
    let (sees_people, sees_clients) = (
        grants.reaches_others(Permission::ViewUsers),
        grants.has(Permission::ViewClients),
    );
    let mut found = Found::default();
    if sees_people {
        (found.people, found.people_are_similar) = find_people(scope, &words).await?;
    }
    if sees_clients {
        (found.clients, found.clients_are_similar) = find_clients(scope, &words).await?;
    }
    Ok(found)
}

/// The people found, and whether they are only similar.
async fn find_people(scope: &Scope, words: &str) -> Result<(Vec<Row>, bool)> {
    let tx = scope.read(Permission::ViewUsers).await?;
    let mut found = directory::first_people(&tx, words, MOST).await?;
    let is_similar = found.is_empty();
    if is_similar {
        found = directory::similar_people(&tx, words, MOST).await?;
    }
    if found.is_empty() {
        return Ok((Vec::new(), false));
    }
    let known = directory::active_roles(&tx).await?;
    Ok((directory::to_rows(&tx, found, &known).await?, is_similar))
}

/// The clients found, and whether they are only similar.
async fn find_clients(scope: &Scope, words: &str) -> Result<(Vec<ClientRow>, bool)> {
    let permission = Permission::ViewClients;
    let tx = scope.read(permission).await?;
    let mut found = directory::clients_by_beginning(&tx, permission, words, MOST).await?;
    let is_similar = found.is_empty();
    if is_similar {
        found = directory::similar_clients(&tx, permission, words, MOST).await?;
    }
    Ok((clients::to_rows(&tx, found).await?, is_similar))
}
