//! What a city's services stand on in shared stores: a database and a role for each, and a virtual host.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::addresses::Addresses;
use crate::error::Error;
use crate::find;
use crate::probe;
use crate::process::{Launch, Process};
use crate::secrets;
use crate::service::Service;

const PATIENCE: Duration = Duration::from_mins(1);

/// A role and a database for each service, made where there is none; answers their addresses.
pub(super) fn databases(
    addresses: &Addresses,
    city: &str,
    services: &[Service],
    folder: &Path,
) -> Result<BTreeMap<Service, String>, Error> {
    let (server, host) = split(&addresses.postgres_url);
    let mut statements = String::new();
    let mut urls = BTreeMap::new();
    for service in services {
        let name = format!("{city}_{service}");
        let password = secrets::kept_password(&folder.join(format!("database-{service}")))?;
        statements.push_str(&role_and_database(&name, &password));
        urls.insert(*service, format!("{server}://{name}:{password}@{host}/{name}"));
    }
    // In a file that only we read, and not on a command line that everybody sees.
    let script = folder.join("databases.sql");
    secrets::write(&script, statements.as_bytes())?;
    let psql =
        find::program("psql").ok_or(Error::NotInstalled { program: "psql", package: "postgresql-client" })?;
    let launch = Launch::new("psql", psql)
        .log(folder.join("databases.log"))
        .env("PGOPTIONS", "--client-min-messages=warning")
        .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"])
        .args(["--dbname", &addresses.postgres_url])
        .args([Path::new("--file"), &script]);
    Process::run(launch, PATIENCE)?;
    fs::remove_file(&script).map_err(Error::file(&script))?;
    Ok(urls)
}

fn role_and_database(name: &str, password: &str) -> String {
    format!(
        "select 'create role \"{name}\" login' where to_regrole('\"{name}\"') is null \\gexec\n\
         alter role \"{name}\" password '{password}';\n\
         select 'create database \"{name}\" owner \"{name}\"'\n\
             where not exists (select from pg_database where datname = '{name}') \\gexec\n"
    )
}

/// A virtual host of one's own; answers its address.
pub fn virtual_host(addresses: &Addresses, city: &str) -> Result<String, Error> {
    let (_, rest) = split_scheme(&addresses.rabbitmq_management_url);
    let (credentials, host) = rest.split_once('@').unwrap_or(("", rest));
    let user = credentials.split(':').next().unwrap_or_default();
    let port = port(host)?;
    let authorization = format!("Basic {}", STANDARD.encode(credentials));
    let put = |path: &str, body: &str| -> Result<(), Error> {
        let status = probe::request("PUT", port, path, Some(&authorization), body);
        match status {
            Ok(200..300) => Ok(()),
            Ok(status) => Err(Error::file(Path::new(path))(io::Error::other(format!("HTTP {status}")))),
            Err(source) => Err(Error::file(Path::new(path))(source)),
        }
    };
    put(&format!("/api/vhosts/{city}"), "{}")?;
    let everything = r#"{"configure":".*","write":".*","read":".*"}"#;
    put(&format!("/api/permissions/{city}/{user}"), everything)?;
    Ok(format!("{}/{city}", addresses.amqp_url.trim_end_matches('/')))
}

/// `postgres://user:password@host:port/database` → `postgres`, `host:port`.
fn split(url: &str) -> (&str, &str) {
    let (scheme, rest) = split_scheme(url);
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    (scheme, host.split('/').next().unwrap_or(host))
}

fn split_scheme(url: &str) -> (&str, &str) {
    url.split_once("://").unwrap_or(("", url))
}

fn port(host: &str) -> Result<u16, Error> {
    let text = host.trim_end_matches('/').rsplit_once(':').map_or("", |(_, port)| port);
    text.parse().map_err(|_| Error::file(Path::new(host))(io::Error::other("an address without a port")))
}
