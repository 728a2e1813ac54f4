//! What private stores, tests and demo need from the machine: on Debian it is installed, without starting a server; elsewhere it is named.

use std::path::Path;

use anyhow::{Result, bail};
use stack::{Interrupt, find};

use crate::tool;

/// Installs packages and leaves the machine's own settings as they were.
const SCRIPT: &str = include_str!("install/debian.sh");

/// One thing that must be there.
struct Need {
    /// The Debian package that brings it.
    package: &'static str,
    /// What it is for, for somebody who has no Debian.
    what: &'static str,
    is_there: fn() -> bool,
}

const NEEDS: [Need; 8] = [
    Need {
        package: "postgresql",
        what: "PostgreSQL 15 or later, with initdb and psql",
        is_there: has_postgresql,
    },
    Need { package: "redis-server", what: "Redis 7 or later", is_there: || has_program("redis-server") },
    Need {
        package: "rabbitmq-server",
        what: "RabbitMQ 3.10 or later, in /usr/lib/rabbitmq",
        is_there: || Path::new("/usr/lib/rabbitmq/lib").exists() && has_program("epmd"),
    },
    Need {
        package: "fonts-wqy-microhei",
        what: "the Chinese font WenQuanYi Micro Hei or Noto CJK, where Debian puts it",
        is_there: has_chinese_font,
    },
    Need { package: "poppler-utils", what: "pdftotext and pdftoppm", is_there: || has_program("pdftotext") },
    Need {
        package: "zbar-tools",
        what: "zbarimg, which reads QR codes",
        is_there: || has_program("zbarimg"),
    },
    Need {
        package: "libfaketime",
        what: "libfaketime, below /usr/lib",
        is_there: || find::fake_time().is_some(),
    },
    Need { package: "util-linux", what: "setpriv, of util-linux", is_there: || has_program("setpriv") },
];

/// Installs what is missing, or says exactly what to install and how.
pub(crate) fn what_is_missing(interrupt: &Interrupt) -> Result<()> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.is_there)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    if !has_program("apt-get") {
        let list: Vec<String> =
            missing.iter().map(|need| format!("  {} (Debian: {})", need.what, need.package)).collect();
        bail!("this machine is not a Debian; please install, without starting them:\n{}", list.join("\n"));
    }
    let as_root = if stack::we_are_root() { None } else { Some("sudo") };
    if as_root.is_some() && !has_program("sudo") {
        bail!("neither root nor sudo; please let somebody run: apt-get install {}", packages.join(" "));
    }
    eprintln!("installing {} (no server is started)", packages.join(" "));
    let words = as_root.into_iter().chain(["sh", "-c", SCRIPT, "install"]).chain(packages.iter().copied());
    let words: Vec<&str> = words.collect();
    tool::aloud(tool::program(words[0]).args(&words[1..]), interrupt)?;
    match NEEDS.iter().find(|need| !(need.is_there)()) {
        None => Ok(()),
        Some(need) => bail!("{} was installed, yet there is no {}", need.package, need.what),
    }
}

fn has_program(name: &str) -> bool {
    find::program(name).is_some()
}

fn has_postgresql() -> bool {
    has_program("psql") && (has_program("initdb") || Path::new("/usr/lib/postgresql").exists())
}

fn has_chinese_font() -> bool {
    [
        "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    ]
    .iter()
    .any(|font| Path::new(font).exists())
}
