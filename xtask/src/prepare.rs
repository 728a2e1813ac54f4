//! `cargo xtask prepare`: the committed `.sqlx` metadata of each crate is what a freshly migrated PostgreSQL says.

mod database;
mod expand;
mod metadata;
mod stamp;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use stack::{Addresses, Interrupt};
use tempfile::TempDir;

use self::database::Migrated;
use self::expand::{Database, Touched};
use self::metadata::Change;
use self::stamp::Stamp;
use crate::install;
use crate::private::PrivateStores;
use crate::workspace::{self, Package};

/// A crate whose queries are checked when it is compiled.
struct SqlCrate {
    package: Package,
    /// The variable that its `query!` reads the address of a database from.
    url_variable: String,
}

/// Renews the metadata of the named crates, or of all.
pub(crate) fn run(names: &[String], interrupt: &Interrupt) -> Result<()> {
    let crates = sql_crates()?;
    let chosen = choose(&crates, names)?;
    let stores = SomeStores::running_or_private(interrupt)?;
    for_each(&chosen, |krate| {
        let change = renew(krate, &crates, stores.addresses())?;
        println!("{}: {change}", krate.package.name);
        Ok(())
    })
}

/// Says where committed metadata differs from what `run` would write, and writes nothing.
pub(crate) fn compare(interrupt: &Interrupt) -> Result<()> {
    let crates = sql_crates()?;
    let changed: Vec<(&SqlCrate, Stamp)> = crates
        .iter()
        .map(|krate| Ok((krate, Stamp::of(&krate.package)?)))
        .filter(|known| !matches!(known, Ok((_, stamp)) if stamp.is_known()))
        .collect::<Result<_>>()?;
    if changed.is_empty() {
        return Ok(());
    }
    let stores = SomeStores::running_or_private(interrupt)?;
    // All at once is several times as fast, but cannot tell whose a query is: where something differs, each is asked.
    if !all_agree(&crates, stores.addresses())? {
        for_each(&changed.iter().map(|(krate, _)| *krate).collect::<Vec<_>>(), |krate| {
            match difference(krate, &crates, stores.addresses())? {
                change if change.is_none() => Ok(()),
                change => bail!("{change}; renew with: cargo xtask prepare {}", krate.package.name),
            }
        })?;
    }
    changed.iter().try_for_each(|(_, stamp)| stamp.remember())
}

/// Compiles all crates together, each against a database of its own, and looks whether their queries together are
/// those that are committed; where one does not even compile, they are not.
fn all_agree(crates: &[SqlCrate], addresses: &Addresses) -> Result<bool> {
    let migrated: Vec<Migrated> =
        crates.iter().map(|krate| Migrated::create(addresses, &krate.package)).collect::<Result<_>>()?;
    let databases: Vec<Database<'_>> = crates
        .iter()
        .zip(&migrated)
        .map(|(krate, migrated)| Database { url_variable: &krate.url_variable, url: migrated.url() })
        .collect();
    let folder = tempfile::tempdir().context("cannot make a folder for query files")?;
    let roots: Vec<&[PathBuf]> = crates.iter().map(|krate| krate.package.roots.as_slice()).collect();
    let Some(touched) = expand::check_all_live(&roots, &databases, folder.path())? else { return Ok(false) };
    touched.undo();
    let committed: Vec<PathBuf> = crates.iter().map(|krate| krate.package.folder.join(".sqlx")).collect();
    metadata::agrees(folder.path(), &committed)
}

/// Does it for every crate, also after one that failed.
fn for_each(crates: &[&SqlCrate], mut work: impl FnMut(&SqlCrate) -> Result<()>) -> Result<()> {
    let mut failed = Vec::new();
    for krate in crates {
        if let Err(error) = work(krate) {
            eprintln!("{}: {error:#}", krate.package.name);
            failed.push(krate.package.name.as_str());
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("not as the database says: {}", failed.join(", ")) }
}

/// The stores that `YUANMENG_STORES` names, or our own.
enum SomeStores {
    Running(Addresses),
    Private(PrivateStores),
}

impl SomeStores {
    fn running_or_private(interrupt: &Interrupt) -> Result<Self> {
        if let Some(addresses) = Addresses::from_environment()? {
            return Ok(Self::Running(addresses));
        }
        install::what_is_missing(interrupt)?;
        Ok(Self::Private(PrivateStores::start()?))
    }

    fn addresses(&self) -> &Addresses {
        match self {
            Self::Running(addresses) => addresses,
            Self::Private(stores) => stores.addresses(),
        }
    }
}

/// The crates that have a `sqlx.toml`, dependencies first.
fn sql_crates() -> Result<Vec<SqlCrate>> {
    let mut found = Vec::new();
    for package in workspace::packages()? {
        let settings = package.folder.join("sqlx.toml");
        if settings.exists() {
            found.push(SqlCrate { url_variable: url_variable(&settings)?, package });
        }
    }
    Ok(found)
}

fn url_variable(settings: &Path) -> Result<String> {
    let text = fs::read_to_string(settings).with_context(|| format!("cannot read {}", settings.display()))?;
    let table: toml::Table =
        text.parse().with_context(|| format!("{} is not a TOML file", settings.display()))?;
    table
        .get("common")
        .and_then(|common| common.get("database-url-var"))
        .and_then(toml::Value::as_str)
        .map(str::to_owned)
        .with_context(|| format!("{} names no [common] database-url-var", settings.display()))
}

fn choose<'a>(crates: &'a [SqlCrate], names: &[String]) -> Result<Vec<&'a SqlCrate>> {
    let unknown: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !crates.iter().any(|krate| krate.package.name == *name))
        .collect();
    if !unknown.is_empty() {
        bail!("no crate with a sqlx.toml is called {}", unknown.join(", "));
    }
    Ok(crates.iter().filter(|krate| names.is_empty() || names.contains(&krate.package.name)).collect())
}

/// Compiles the crate against a database of its own and takes over what its queries say there.
fn renew(krate: &SqlCrate, crates: &[SqlCrate], addresses: &Addresses) -> Result<Change> {
    let expanded = expand_in_fresh_database(krate, crates, addresses)?;
    let committed = krate.package.folder.join(".sqlx");
    match expanded.outcome {
        Ok(touched) => {
            let change = metadata::replace(expanded.folder.path(), &committed)?;
            // What was built from other metadata has to be built again; what was built from the same need not.
            if change.is_none() {
                touched.undo();
            }
            Ok(change)
        }
        Err(error) => {
            // What did expand is right, and lets the author go on; what did not must not cost a committed file.
            metadata::add(expanded.folder.path(), &committed)?;
            Err(error.context("metadata of queries that did expand was added, none was removed"))
        }
    }
}

fn difference(krate: &SqlCrate, crates: &[SqlCrate], addresses: &Addresses) -> Result<Change> {
    let expanded = expand_in_fresh_database(krate, crates, addresses)?;
    expanded.outcome?.undo();
    metadata::difference(expanded.folder.path(), &krate.package.folder.join(".sqlx"))
}

/// Query files as they came out of a compilation, and whether it went through.
struct Expanded {
    folder: TempDir,
    outcome: Result<Touched>,
}

fn expand_in_fresh_database(
    krate: &SqlCrate,
    crates: &[SqlCrate],
    addresses: &Addresses,
) -> Result<Expanded> {
    let migrated = Migrated::create(addresses, &krate.package)?;
    let folder = tempfile::tempdir().context("cannot make a folder for query files")?;
    let needs = sql_dependencies(&krate.package, crates);
    let database = Database { url_variable: &krate.url_variable, url: migrated.url() };
    let outcome = expand::check_live(&krate.package, &needs, &database, folder.path());
    Ok(Expanded { folder, outcome })
}

/// The other crates with queries that this one is built on.
fn sql_dependencies<'a>(package: &Package, crates: &'a [SqlCrate]) -> Vec<&'a Package> {
    let mut needed: Vec<&Package> = Vec::new();
    let mut names: Vec<&String> = package.needs.iter().collect();
    while let Some(name) = names.pop() {
        let Some(krate) = crates.iter().find(|krate| krate.package.name == *name) else { continue };
        let known = needed.iter().any(|known| known.name == *name);
        if krate.package.name != package.name && !known {
            needed.push(&krate.package);
            names.extend(&krate.package.needs);
        }
    }
    needed
}
