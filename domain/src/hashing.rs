//! Password hashes: argon2id on a bounded pool off the async threads (design §5, ASVS 11.4.2, 15.4.4).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;
use usher_types::form::Secret;

use crate::{Error, Result};

/// OWASP's second choice: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How many may wait for a core before the next is told to come back.
const QUEUE: usize = 64;

/// The pool. One for the process.
#[derive(Clone)]
pub struct Hashing {
    cores: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    dummy: Arc<str>,
}

impl Hashing {
    /// As many at once as there are cores.
    ///
    /// # Errors
    /// When the machine has no memory for one hash.
    pub fn new() -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { cores: Arc::new(Semaphore::new(cores)), waiting: Arc::default(), dummy: hash_now("nobody's password")?.into() })
    }

    /// The PHC string of a password.
    ///
    /// # Errors
    /// [`Error::Busy`] past the queue.
    pub async fn hash(&self, password: &Secret) -> Result<String> {
        let password = password.clone();
        self.run(move || hash_now(password.expose())).await?
    }

    /// Whether the password fits. Without a hash as much work is done, so that nobody can tell (ASVS 6.3.8).
    ///
    /// # Errors
    /// [`Error::Busy`] past the queue.
    pub async fn verify(&self, password: &Secret, hash: Option<&str>) -> Result<bool> {
        let (known, hash) = (hash.is_some(), hash.unwrap_or(&self.dummy).to_owned());
        let password = password.clone();
        let fits = self
            .run(move || {
                PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(fits && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place = Place::take(&self.waiting)?;
        let permit = Arc::clone(&self.cores).acquire_owned().await.map_err(|error| Error::Broken(error.to_string()))?;
        let done = tokio::task::spawn_blocking(move || {
            let _held = permit;
            work()
        });
        let result = done.await.map_err(|error| Error::Broken(error.to_string()));
        drop(place);
        result
    }
}

/// A place in the queue, given back when dropped, also when the request is cancelled.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>) -> Result<Self> {
        let place = Self(Arc::clone(waiting));
        if waiting.fetch_add(1, Ordering::Relaxed) >= QUEUE { Err(Error::Busy) } else { Ok(place) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn hash_now(password: &str) -> Result<String> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| Error::Broken(error.to_string()))?;
    let hash: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(password.as_bytes())
        .map_err(|error| Error::Broken(error.to_string()))?;
    Ok(hash.to_string())
}
