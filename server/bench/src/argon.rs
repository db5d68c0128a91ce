//! The bare work of checking a password: argon2id with the parameters of a hash that the product
//! created.

use std::thread;
use std::time::{Duration, Instant};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordVerifier};
use color_eyre::eyre::{Result, eyre};

use crate::figures::Rates;
use crate::fill::PASSWORD;

/// Checks the password once; returns the duration.
pub fn verify_once(hash: &str) -> Result<Duration> {
    let hash = PasswordHash::new(hash).map_err(|error| eyre!("{error}"))?;
    let start = Instant::now();
    Argon2::default()
        .verify_password(PASSWORD.as_bytes(), &hash)
        .map_err(|error| eyre!("{error}"))?;
    Ok(start.elapsed())
}

/// Checks the password repeatedly on every core, for a number of seconds.
pub fn all_cores(hash: &str, seconds: f64, rates: &mut Rates) -> Result<()> {
    let cores = thread::available_parallelism()?.get();
    let start = Instant::now();
    let work = || -> Result<usize> {
        let mut done = 0;
        while start.elapsed().as_secs_f64() < seconds {
            verify_once(hash)?;
            done += 1;
        }
        Ok(done)
    };
    let done = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| eyre!("a thread panicked"))?)
            .sum::<Result<usize>>()
    })?;
    rates.push(done, start.elapsed());
    Ok(())
}
