//! The signal to stop, which `serve` sends once to everything that it has started.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

/// Begins the shutdown when it is dropped.
pub struct Trigger {
    _sender: watch::Sender<()>,
}

/// Learns of the shutdown.
#[derive(Clone)]
pub struct Shutdown(watch::Receiver<()>);

/// A trigger, and the signal that it sends.
pub fn channel() -> (Trigger, Shutdown) {
    let (sender, receiver) = watch::channel(());
    (Trigger { _sender: sender }, Shutdown(receiver))
}

impl Shutdown {
    /// Resolves when the shutdown begins.
    pub async fn begun(&self) {
        let mut receiver = self.0.clone();
        // nothing is ever sent: the only change is that the sender is dropped
        while receiver.changed().await.is_ok() {}
    }

    /// Waits, or returns early when the shutdown begins; returns whether it has begun.
    pub async fn interrupts(&self, pause: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.begun() => true,
            () = sleep(pause) => false,
        }
    }
}
