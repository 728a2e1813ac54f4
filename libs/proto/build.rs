//! Compiles `proto/` once for everybody, without protoc.

use std::path::{Path, PathBuf};
use std::{env, error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto");
    println!("cargo:rerun-if-changed={}", root.display());

    let files = proto_files(&root)?;
    let descriptors = protox::compile(&files, [&root])?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("yuanmeng.binpb"), prost::Message::encode_to_vec(&descriptors))?;

    let mut messages = prost_build::Config::new();
    // An event's routing key is made from its message's name.
    messages.enable_type_names();
    tonic_prost_build::configure().bytes(".").compile_fds_with_config(descriptors, messages)?;
    Ok(())
}

/// Every `.proto` file below `folder`, in a stable order.
fn proto_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(proto_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
