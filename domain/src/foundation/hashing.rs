//! Password hashes and estimates: on a bounded pool off the async threads (decision 0026, ASVS
//! 11.4.2, 15.4.4).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;
use usher_types::Secret;

use crate::{Error, Result};

/// OWASP's second choice: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// The number of requests that may wait for a core before the next is refused.
const QUEUE: usize = 64;

/// The hashing pool. There is one per process.
#[derive(Clone)]
pub struct Hashing {
    cores: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    memory: Arc<Mutex<Vec<Memory>>>,
    dummy: Arc<str>,
}

/// The memory of one hash, reused, one for each core: otherwise each thread that hashed would keep
/// its own 19 MiB.
type Memory = Vec<Block>;

impl Hashing {
    /// Hashes as many passwords at once as there are cores.
    ///
    /// # Errors
    /// When there is no memory for one hash.
    pub fn new() -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let dummy = hash_now("nobody's password", &mut Memory::new())?.into();
        Ok(Self {
            cores: Arc::new(Semaphore::new(cores)),
            waiting: Arc::default(),
            memory: Arc::default(),
            dummy,
        })
    }

    /// The PHC string of a password, normalised.
    ///
    /// # Errors
    /// [`Error::Busy`] past the queue.
    pub async fn hash(&self, password: &Secret) -> Result<String> {
        let password = password.normalised();
        self.run(move |memory| hash_now(password.expose(), memory))
            .await?
    }

    /// Whether the password matches the hash, in any form in which it can have been hashed. Without
    /// a hash the same work is done, so that the time reveals nothing (ASVS 6.3.8): the work
    /// depends only on the input.
    ///
    /// # Errors
    /// [`Error::Busy`] past the queue.
    pub async fn verify(&self, password: &Secret, hash: Option<&str>) -> Result<bool> {
        let (known, hash) = (hash.is_some(), hash.unwrap_or(&self.dummy).to_owned());
        let candidates = password.candidates();
        let fits = self
            .run(move |memory| {
                candidates
                    .iter()
                    .any(|password| fits_now(password.expose(), &hash, memory))
            })
            .await?;
        Ok(fits && known)
    }

    /// Parses a form whose password strength must be estimated, which costs as much as a hash.
    ///
    /// # Errors
    /// [`Error::Busy`] past the queue.
    pub async fn check_form<T: Send + 'static>(
        &self,
        parse: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        self.run(|_| parse()).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T> {
        let place = Place::take(&self.waiting)?;
        let permit = Arc::clone(&self.cores)
            .acquire_owned()
            .await
            .map_err(|error| Error::Broken(error.to_string()))?;
        let kept = Arc::clone(&self.memory);
        let done = tokio::task::spawn_blocking(move || {
            let _held = permit;
            let mut memory = kept
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop()
                .unwrap_or_default();
            let done = work(&mut memory);
            kept.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(memory);
            done
        });
        let result = done.await.map_err(|error| Error::Broken(error.to_string()));
        drop(place);
        result
    }
}

/// A place in the queue, released when dropped, also when the request is cancelled.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>) -> Result<Self> {
        let place = Self(Arc::clone(waiting));
        if waiting.fetch_add(1, Ordering::Relaxed) >= QUEUE {
            Err(Error::Busy)
        } else {
            Ok(place)
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn hash_now(password: &str, memory: &mut Memory) -> Result<String> {
    let broken = |error: &dyn std::fmt::Display| Error::Broken(error.to_string());
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| broken(&error))?;
    let salt = Salt::generate();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params()).map_err(|error| broken(&error))?,
        hash: Some(
            output(&argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN, memory)
                .ok_or_else(|| broken(&"argon2id failed"))?,
        ),
        salt: Some(salt),
    };
    Ok(hash.to_string())
}

/// Whether the password matches this hash, using the hash's own parameters. Nothing matches a hash
/// in an unknown format.
fn fits_now(password: &str, hash: &str, memory: &mut Memory) -> bool {
    let mut computed = || {
        let hash = PasswordHash::new(hash).ok()?;
        let (salt, wanted) = (hash.salt?, hash.hash?);
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = hash
            .version
            .map_or(Ok(Version::default()), Version::try_from)
            .ok()?;
        let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash).ok()?);
        // compared in constant time
        Some(output(&argon2, password, &salt, wanted.len(), memory)? == wanted)
    };
    computed().unwrap_or(false)
}

fn output(
    argon2: &Argon2<'_>,
    password: &str,
    salt: &Salt,
    length: usize,
    memory: &mut Memory,
) -> Option<Output> {
    let blocks = argon2.params().block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::default());
    }
    let mut buffer = [0_u8; Output::MAX_LENGTH];
    let out = buffer.get_mut(..length)?;
    argon2
        .hash_password_into_with_memory(password.as_bytes(), salt, out, &mut *memory)
        .ok()?;
    Output::new(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_password_alone_whatever_the_memory_held_before() {
        let mut memory = Memory::new();
        let hash = hash_now("violet kettle under 47 pines", &mut memory).expect("a hash");
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(!fits_now("another password", &hash, &mut memory));
        assert!(fits_now("violet kettle under 47 pines", &hash, &mut memory));
        assert_ne!(
            hash,
            hash_now("violet kettle under 47 pines", &mut memory).expect("a hash"),
            "a salt of its own"
        );
        for nothing in [
            "",
            "nonsense",
            "$argon2id$v=19$m=19456,t=2,p=1$",
            "$scrypt$ln=16$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4",
        ] {
            assert!(
                !fits_now("violet kettle under 47 pines", nothing, &mut memory),
                "{nothing}"
            );
        }
    }

    #[tokio::test]
    async fn a_password_with_an_accent_does_not_fit_from_another_keyboard() {
        let (composed, decomposed) = (
            Secret::new("blåbär under 47 pines"),
            Secret::new("bla\u{30A}ba\u{308}r under 47 pines"),
        );
        let hashing = Hashing::new().expect("a pool");
        for (set, typed) in [(&composed, &decomposed), (&decomposed, &composed)] {
            let now = hashing.hash(set).await.expect("a hash");
            assert!(hashing.verify(typed, Some(&now)).await.expect("verified"));
            // hashed before passwords were normalised
            let of_before = hash_now(set.expose(), &mut Memory::new()).expect("a hash");
            assert!(
                hashing
                    .verify(set, Some(&of_before))
                    .await
                    .expect("verified"),
                "a hash of before still fits"
            );
            assert!(
                hashing
                    .verify(typed, Some(&of_before))
                    .await
                    .expect("verified"),
                "from the other keyboard, too"
            );
        }
        let other = hashing
            .hash(&Secret::new("blabar under 47 pines"))
            .await
            .expect("a hash");
        assert!(
            !hashing
                .verify(&composed, Some(&other))
                .await
                .expect("verified"),
            "å is no a"
        );
        assert!(
            !hashing.verify(&decomposed, None).await.expect("verified"),
            "nobody's"
        );
    }

    #[test]
    fn a_hash_from_another_system_is_verified_with_its_own_parameters() {
        // from the reference implementation: echo -n password | argon2 somesalt -id -t 2 -k 65536
        // -p 1
        let theirs = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(fits_now("password", theirs, &mut Memory::new()));
    }
}
