//! What an auditor asks quota's program itself: `verify-line`, `export-line`, `check-receipt`.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::PathBuf;

use audit::PublicKeys;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use runtime::Clock;
use vocabulary::ProgrammeId;

use crate::app::{self, CheckError, CheckReceipt, ExportError, Verdict};
use crate::config::Config;
use crate::domain::{Inspected, Row, Sequence};
use crate::error::Error;
use crate::store::journal;

/// Why a command fails, or what it found.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The line is not what its journal says.
    #[error("the line is not what its journal says")]
    Differs,
    /// The receipt is not proven.
    #[error("the receipt is not proven")]
    Unproven,
    /// The address of the database is none, or it does not answer.
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
    /// The keys of checkpoints cannot be read.
    #[error("checkpoints cannot be checked")]
    Keys(#[from] audit::InvalidKeys),
    /// The line cannot be read.
    #[error("the line cannot be read")]
    Line(#[from] Error),
    /// The chain cannot be written.
    #[error("the chain cannot be exported")]
    Export(#[from] ExportError),
    /// The receipt cannot be checked.
    #[error("the receipt cannot be checked")]
    Receipt(#[from] CheckError),
    /// Not in the database that the configuration names.
    #[error("this database has no line of {0}")]
    NoLine(ProgrammeId),
    /// A file cannot be made.
    #[error("{} cannot be made", .0.display())]
    File(PathBuf, #[source] io::Error),
}

fn programme() -> Arg {
    Arg::new("programme").required(true).value_parser(value_parser!(ProgrammeId)).help("Such as jinan-2021")
}

fn file(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("FILE").value_parser(value_parser!(PathBuf)).help(help)
}

/// The command line of [`verify_line`].
pub fn verify_line_command() -> Command {
    Command::new("verify-line")
        .about("Recomputes a line's chain and tables from its journal, and compares; fails where they differ")
        .arg(programme())
        .arg(
            file("key", "A public key that checkpoints may be signed with, PEM; may be given again. Otherwise those of the configuration")
                .action(ArgAction::Append),
        )
}

/// Verifies a line against the database that the configuration names.
#[expect(clippy::print_stdout, reason = "the report is this command's answer to the auditor")]
pub async fn verify_line(config: Config, _: Clock, arguments: ArgMatches) -> Result<(), CommandError> {
    let programme = programme_of(&arguments);
    let keys = match arguments.get_many("key") {
        Some(files) => PublicKeys::read(files)?,
        None => audit::Keys::load(&config.audit)?.believed().clone(),
    };
    let database = postgres::connect(&config.database, "quota auditor")?;
    let mut snapshot = database.begin_with(journal::SNAPSHOT).await?;
    let committed = journal::committed(&mut snapshot, &programme).await?;
    let committed = committed.ok_or_else(|| CommandError::NoLine(programme.clone()))?;
    let verdict = app::verify(&mut snapshot, &keys, &programme, &committed, None).await?;
    print!("{}", Report { programme: &programme, row: &committed.row, verdict: &verdict });
    if verdict.holds() { Ok(()) } else { Err(CommandError::Differs) }
}

/// The report on a line. It names nobody.
struct Report<'a> {
    programme: &'a ProgrammeId,
    row: &'a Row,
    verdict: &'a Verdict,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (row, verified) = (self.row, &self.verdict.verified);
        writeln!(
            out,
            "line           {}, epoch {}, mode {}",
            self.programme,
            row.at.epoch,
            row.mode.as_str()
        )?;
        writeln!(out, "operations     {}", verified.operations)?;
        writeln!(out, "head           {}", verified.digest)?;
        writeln!(out, "places         {}", verified.arrivals)?;
        writeln!(out, "pools          {}", verified.pools)?;
        writeln!(out, "seats held     {}", verified.holders)?;
        writeln!(out, "waiting        {}", verified.waiting)?;
        writeln!(out, "checkpoints    {} compared", verified.checkpoints)?;
        match verified.findings.as_slice() {
            [] => writeln!(out, "differences    none")?,
            findings => {
                writeln!(out, "differences    {}", findings.len())?;
                findings.iter().try_for_each(|finding| writeln!(out, "  {finding}"))?;
            }
        }
        let nobody = if self.verdict.nobody_jumped { "nobody" } else { "SOMEBODY" };
        writeln!(out, "{nobody} jumped the queue")
    }
}

/// The command line of [`export_line`].
pub fn export_line_command() -> Command {
    Command::new("export-line")
        .about("Writes a line's chain without people's data, for whoever checks a receipt")
        .arg(programme())
        .arg(
            Arg::new("after")
                .long("after")
                .value_name("SEQUENCE")
                .value_parser(value_parser!(i64).range(0..))
                .default_value("0")
                .help("Begins after this operation: 0, or that of a checkpoint"),
        )
        .arg(file("to", "Where to; standard output where it is not given"))
}

/// Writes a line's chain.
pub async fn export_line(config: Config, _: Clock, arguments: ArgMatches) -> Result<(), CommandError> {
    let programme = programme_of(&arguments);
    let after = Sequence::from(arguments.get_one::<i64>("after").copied().unwrap_or_default());
    let database = postgres::connect(&config.database, "quota auditor")?;
    let mut snapshot = database.begin_with(journal::SNAPSHOT).await?;
    if let Some(path) = arguments.get_one::<PathBuf>("to") {
        let file = File::create(path).map_err(|error| CommandError::File(path.clone(), error))?;
        app::export(&mut snapshot, &programme, after, &mut BufWriter::new(file)).await?;
    } else {
        app::export(&mut snapshot, &programme, after, &mut BufWriter::new(io::stdout())).await?;
    }
    Ok(())
}

/// The command line of [`check_receipt`].
pub fn check_receipt_command() -> Command {
    Command::new("check-receipt")
        .about("Checks a worker's receipt with what is public: needs no database and no configuration")
        .arg(programme())
        .arg(file("receipt", "The receipt: GetPlace's answer, JSON").required(true))
        .arg(file("checkpoints", "The checkpoints: ListCheckpoints' answers, JSON").required(true))
        .arg(
            file("key", "quota's public key, PEM; may be given again")
                .required(true)
                .action(ArgAction::Append),
        )
        .arg(file("chain", "The chain between them, as export-line writes it"))
}

/// Checks a receipt.
#[expect(clippy::print_stdout, reason = "the report is this command's answer to the auditor")]
pub fn check_receipt(arguments: &ArgMatches) -> Result<(), CommandError> {
    let path = |name: &str| arguments.get_one::<PathBuf>(name).cloned();
    let checked = app::check_receipt(&CheckReceipt {
        programme: programme_of(arguments),
        receipt: path("receipt").unwrap_or_default(),
        checkpoints: path("checkpoints").unwrap_or_default(),
        chain: path("chain"),
        keys: arguments.get_many("key").into_iter().flatten().cloned().collect(),
    })?;
    let receipt = &checked.receipt;
    println!("receipt        number {} of {}, operation {}", receipt.arrival, receipt.programme, receipt.seq);
    println!("signature      {}", if checked.is_signed { "of a given key" } else { "NOT of a given key" });
    println!("checkpoints    {} signed, {} not", checked.checkpoints, checked.unsigned);
    println!("chain          {} operations recomputed", checked.inspected.links);
    println!("{}", Linked(&checked.inspected));
    for doubt in &checked.inspected.doubts {
        println!("  {doubt}");
    }
    println!("the receipt is {}", if checked.holds() { "proven" } else { "NOT proven" });
    if checked.holds() { Ok(()) } else { Err(CommandError::Unproven) }
}

struct Linked<'a>(&'a Inspected);

impl fmt::Display for Linked<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.linked {
            Some(seq) => write!(out, "linked to      the checkpoint at operation {seq}"),
            None => write!(out, "linked to      no checkpoint"),
        }
    }
}

fn programme_of(arguments: &ArgMatches) -> ProgrammeId {
    #[expect(clippy::expect_used, reason = "clap has refused a command line without it")]
    arguments.get_one::<ProgrammeId>("programme").expect("a programme").clone()
}
