//! A database of one crate's own, migrated from nothing and dropped afterwards.

use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::{fs, io};

use anyhow::{Context, Result, bail};
use stack::Addresses;

use crate::workspace::{self, Package};

/// Lives as long as the value.
pub(crate) struct Migrated {
    server: String,
    name: String,
    url: String,
}

impl Migrated {
    /// Makes the database and runs the platform's migrations, then the crate's own.
    pub(crate) fn create(addresses: &Addresses, package: &Package) -> Result<Self> {
        let name = format!("prepare_{}_{}", package.name.replace('-', "_"), process::id());
        let url = addresses.postgres_database_url(&name);
        let server = addresses.postgres_url.clone();
        psql(&server, &["--command", &format!(r#"create database "{name}" template template0"#)])?;
        let database = Self { server, name, url };
        psql(database.url(), &["--command", "create schema if not exists platform"])?;
        for migration in migrations(package)? {
            database.migrate(&migration)?;
        }
        Ok(database)
    }

    /// Where it is, for the macros of sqlx.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    fn migrate(&self, file: &Path) -> Result<()> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let path = file.to_string_lossy();
        let mut arguments = vec!["--file", path.as_ref()];
        // The same first line by which sqlx knows a migration that cannot run in a transaction.
        if !text.starts_with("-- no-transaction") {
            arguments.push("--single-transaction");
        }
        psql(&self.url, &arguments)
    }
}

impl Drop for Migrated {
    fn drop(&mut self) {
        let statement = format!(r#"drop database if exists "{}" with (force)"#, self.name);
        if let Err(error) = psql(&self.server, &["--command", &statement]) {
            eprintln!("warning: the database {} stays behind: {error:#}", self.name);
        }
    }
}

/// The platform's files, then the crate's own, each folder in the order of the numbers that the names begin with.
fn migrations(package: &Package) -> Result<Vec<PathBuf>> {
    let platform = workspace::root().join("libs/postgres/migrations");
    let own = package.folder.join("migrations");
    let mut files = in_folder(&platform)?;
    if own != platform {
        files.extend(in_folder(&own)?);
    }
    Ok(files)
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot list {}", folder.display())),
    };
    let mut numbered = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
        if let Some(number) = number(&path) {
            numbered.push((number, path));
        }
    }
    numbered.sort();
    Ok(numbered.into_iter().map(|(_, path)| path).collect())
}

/// The version of `0003_seats.sql`, as sqlx reads it; nothing for any other file.
fn number(path: &Path) -> Option<u64> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".sql")?;
    // The way back of a migration; there is none here, and it must not be run as a way forward.
    if stem.strip_suffix(".down").is_some() {
        return None;
    }
    stem.split_once('_')?.0.parse().ok()
}

fn psql(url: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", url])
        .args(arguments)
        .env("PGOPTIONS", "--client-min-messages=warning")
        .output()
        .context("cannot run psql")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
