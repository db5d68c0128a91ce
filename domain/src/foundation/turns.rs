//! Turns: attempts from a slowed address are made one at a time, each after a delay (ASVS 6.3.1).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, Result};

/// The largest number of attempts of one slowed address at the same time, including the current
/// one: the last of them waits less than a request may take (30 s).
const MOST_IN_QUEUE: usize = 5;
/// The largest number of slowed addresses with waiting attempts.
const MOST_QUEUES: usize = 1_000;

/// The queues of slowed addresses, in which attempts wait for their turn. There is one per process;
/// it holds the addresses with waiting attempts.
#[derive(Clone, Default)]
pub(crate) struct Turns(Arc<Mutex<HashMap<String, Weak<Semaphore>>>>);

impl Turns {
    /// Waits for the turn of an address, and then for the delay, without blocking a thread. The
    /// turn ends when it is dropped.
    ///
    /// # Errors
    /// [`Error::Busy`] where too many wait.
    pub(crate) async fn take(
        &self,
        address: &str,
        delay: Duration,
    ) -> Result<OwnedSemaphorePermit> {
        let turn = self
            .queue(address)?
            .acquire_owned()
            .await
            .map_err(|error| Error::Broken(error.to_string()))?;
        tokio::time::sleep(delay).await;
        Ok(turn)
    }

    fn queue(&self, address: &str) -> Result<Arc<Semaphore>> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queues.retain(|_, queue| queue.strong_count() > 0);
        let queue = match queues.get(address).and_then(Weak::upgrade) {
            Some(queue) => queue,
            None if queues.len() >= MOST_QUEUES => return Err(Error::Busy),
            None => {
                let queue = Arc::new(Semaphore::new(1));
                queues.insert(address.to_owned(), Arc::downgrade(&queue));
                queue
            }
        };
        // each waiting attempt holds a reference, and so do the current one and this one
        if Arc::strong_count(&queue) > MOST_IN_QUEUE {
            Err(Error::Busy)
        } else {
            Ok(queue)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slowed_address_takes_turns_and_its_queue_is_bounded() {
        let turns = Turns::default();
        let mut taken = vec![
            turns
                .take("192.0.2.1", Duration::ZERO)
                .await
                .expect("the first is not kept waiting"),
        ];
        let waiting: Vec<_> = (1..MOST_IN_QUEUE)
            .map(|_| {
                let turns = turns.clone();
                tokio::spawn(async move { turns.take("192.0.2.1", Duration::ZERO).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(
            matches!(
                turns.take("192.0.2.1", Duration::ZERO).await,
                Err(Error::Busy)
            ),
            "the queue is full"
        );
        assert!(
            turns.take("192.0.2.2", Duration::ZERO).await.is_ok(),
            "that of another address is not"
        );
        assert!(
            waiting.iter().all(|one| !one.is_finished()),
            "one at a time"
        );
        for one in waiting {
            taken.clear();
            taken.push(one.await.expect("not cancelled").expect("its turn"));
        }
        taken.clear();
        drop(turns.queue("192.0.2.3"));
        assert_eq!(
            turns.0.lock().expect("not poisoned").len(),
            1,
            "addresses of which nobody waits are forgotten"
        );
    }
}
