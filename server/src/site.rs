//! The folder of the built site: beside the executable, where `make build` and `make dev` put it.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leptos::config::{Env, LeptosOptions};

/// The static files, and how their names are made.
#[derive(Clone)]
pub struct Site {
    /// The options for Leptos.
    pub options: LeptosOptions,
    /// The folder of the files.
    pub root: Arc<Path>,
    /// Whether this is `make dev`, whose pages reload after changes.
    pub is_watched: bool,
}

impl Site {
    /// Finds the site beside the executable.
    pub fn find() -> Self {
        let beside = env::current_exe()
            .ok()
            .and_then(|executable| executable.parent().map(Path::to_path_buf))
            .unwrap_or_default();
        Self::new(
            beside.join("site"),
            beside.join("hash.txt").is_file(),
            env::var_os("LEPTOS_WATCH").is_some(),
        )
    }

    /// The site in a given folder.
    pub fn new(root: PathBuf, is_hashed: bool, is_watched: bool) -> Self {
        let options = LeptosOptions::builder()
            .output_name("usher")
            .site_root(root.to_string_lossy())
            .site_pkg_dir("pkg")
            .env(if is_hashed { Env::PROD } else { Env::DEV })
            .hash_file(Arc::from("hash.txt"))
            .hash_files(is_hashed)
            .build();
        Self {
            options,
            root: root.into(),
            is_watched,
        }
    }
}
