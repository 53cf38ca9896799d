//! Builds the library that is preloaded into real Node processes, where there is a way to preload one; and, if it may be broken,
//! the model with its breaks.

use std::env;
use std::path::PathBuf;

#[path = "tests/mutants/plant.rs"]
mod plant;

const SOURCE: &str = "src/node/interpose.c";

fn main() {
    println!("cargo::rerun-if-changed={SOURCE}");
    println!("cargo::rustc-check-cfg=cfg(interpose)");
    let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    if env::var_os("CARGO_FEATURE_MUTANTS").is_some() {
        plant::plant(&folder);
    }
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    if target("OS") != "linux" || target("ENV") != "gnu" {
        return;
    }
    let library = folder.join("interpose.so");
    let mut command = cc::Build::new()
        .opt_level(2)
        .pic(true)
        .get_compiler()
        .to_command();
    command
        .args(["-shared", "-Wall", "-Wextra", "-o"])
        .arg(&library)
        .args([SOURCE, "-ldl", "-lpthread"]);
    // Without it `tickproof node` still works, with less control over time; it says so.
    if command.status().is_ok_and(|status| status.success()) {
        println!("cargo::rustc-cfg=interpose");
    } else {
        println!("cargo::warning={SOURCE} could not be built: real Node cannot be steered");
    }
}
