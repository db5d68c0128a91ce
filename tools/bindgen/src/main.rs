//! Splits the browser's wasm into chunks at its `#[lazy]` functions, and writes the JavaScript that
//! loads them.
//!
//! This program does what `wasm-bindgen-cli` and `cargo-leptos` do, with the libraries that those
//! commands use, in the versions of Cargo.lock. Installing the two commands would compile about 900
//! packages; this program needs 70. `tools/bundle` runs it, and then optimises, minifies and
//! compresses the files.
//!
//! Usage: `usher-bindgen WASM FOLDER HASH`. WASM is the module that cargo linked, with relocations.
//! FOLDER is empty. HASH becomes part of every file name, so that browsers can cache the files
//! without an expiry date.

use std::env;
use std::fs;
use std::path::PathBuf;

use eyre::{Result, WrapErr, eyre};
use wasm_bindgen_cli_support::Bindgen;

/// The prefix of the file names. It equals `output_name` in `server/src/site.rs`.
const NAME: &str = "usher";

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [wasm, out, hash] = arguments
        .try_into()
        .map_err(|_| eyre!("usage: usher-bindgen WASM FOLDER HASH"))?;
    let input = fs::read(&wasm).wrap_err_with(|| format!("could not read {wasm}"))?;
    let out = PathBuf::from(out);
    let main = out.join("main.wasm");
    let loader = format!("__wasm_split.{hash}.js");

    let mut options = wasm_split_cli_support::Options::new(&input);
    let (main_module, link_name) = (format!("./{NAME}.{hash}.js"), format!("./{loader}"));
    options.output_dir = &out;
    options.main_out_path = &main;
    options.main_module = &main_module;
    options.link_name = &link_name;
    let mut split = wasm_split_cli_support::transform(options)
        .map_err(|error| eyre!("the wasm could not be split: {error:?}"))?;

    // the library writes chunk names without the hash, into the loader, which fetches the chunks,
    // and into the manifest, from which Leptos preloads them
    let mut javascript = fs::read_to_string(out.join(&loader))?;
    for chunk in &split.split_modules {
        let stem = chunk
            .file_stem()
            .and_then(|stem| stem.to_str())
            .ok_or_else(|| eyre!("{} has no name", chunk.display()))?;
        javascript = javascript.replace(
            &format!("\"./{stem}.wasm\""),
            &format!("\"./{stem}.{hash}.wasm\""),
        );
        fs::rename(chunk, out.join(format!("{stem}.{hash}.wasm")))?;
    }
    fs::write(out.join(&loader), javascript)?;
    for stem in split.prefetch_map.values_mut().flatten() {
        *stem = format!("{stem}.{hash}");
    }
    fs::write(
        out.join(format!("__wasm_split_manifest.{hash}.json")),
        serde_json::to_vec(&split.prefetch_map)?,
    )?;

    Bindgen::new()
        .input_path(&main)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .keep_lld_exports(true)
                .demangle(false)
                .typescript(false)
                .out_name(NAME)
                .generate(&out)
        })
        .map_err(|error| eyre!("wasm-bindgen: {error:?}"))?;
    fs::rename(
        out.join(format!("{NAME}.js")),
        out.join(format!("{NAME}.{hash}.js")),
    )?;
    fs::rename(
        out.join(format!("{NAME}_bg.wasm")),
        out.join(format!("{NAME}.{hash}.wasm")),
    )?;
    fs::remove_file(main)?;
    Ok(())
}
