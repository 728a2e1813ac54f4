//! Writes the chain of a line without its bodies, for somebody outside: it is about nobody, and enough to recompute the chain
//! that receipts and checkpoints quote.
//!
//! The first line names format, programme, and where it begins: after which operation, with which value of the chain. Each
//! further one is an operation: sequence, kind, operation id, SHA-256 of kind and body, chain.

use std::io::{self, BufRead, Write};

use refusal::{Reason, Refusal};
use sqlx::PgConnection;
use vocabulary::ProgrammeId;

use crate::domain::{ChainLink, Digest, Kind, Sequence};
use crate::error::Error;
use crate::store::{journal, proof};

const FORMAT: &str = "yuanmeng.quota.chain.v1";
/// How much is read at a time.
const PAGE: i64 = 10_000;

/// Why a chain is not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The line cannot be read.
    #[error("the line cannot be read")]
    Line(#[from] Error),
    /// The file cannot be written.
    #[error("the chain cannot be written")]
    Write(#[from] io::Error),
}

/// Writes the chain after an operation; tells how many operations it has.
pub async fn export(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    after: Sequence,
    to: &mut impl Write,
) -> Result<u64, ExportError> {
    let found = journal::committed(&mut *db, programme).await.map_err(Error::from)?;
    found.ok_or_else(|| Error::from(Refusal::new(Reason::NotFound)))?;
    let begin = if after == Sequence::START {
        Some(Digest::start(programme))
    } else {
        proof::chain_at(&mut *db, programme, after).await.map_err(Error::from)?
    };
    let begin = begin.ok_or_else(|| Error::from(Refusal::new(Reason::NotFound)))?;
    writeln!(to, "{FORMAT} {programme} {after} {begin}")?;
    let (mut last, mut count) = (after, 0);
    loop {
        let page = proof::links(&mut *db, programme, last, PAGE).await.map_err(Error::from)?;
        let Some(end) = page.last() else { break };
        last = end.seq;
        count += page.len() as u64;
        for ChainLink { seq, kind, id, body_hash, digest } in page {
            writeln!(to, "{seq} {} {id} {} {digest}", kind.as_str(), hex::encode(body_hash))?;
        }
    }
    to.flush()?;
    Ok(count)
}

/// A chain that is read back.
pub(super) struct Exported<R> {
    /// The programme.
    pub(super) programme: ProgrammeId,
    /// After which operation it begins.
    pub(super) after: Sequence,
    /// The chain there.
    pub(super) begin: Digest,
    lines: io::Lines<R>,
}

impl<R: BufRead> Exported<R> {
    /// Reads the first line.
    pub(super) fn read(from: R) -> io::Result<Self> {
        let mut lines = from.lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        let mut words = first.split(' ');
        let mut head = || {
            (words.next()? == FORMAT).then_some(())?;
            let programme = words.next()?.parse().ok()?;
            let after: i64 = words.next()?.parse().ok()?;
            Some((programme, Sequence::from(after), Digest::read(words.next()?)?))
        };
        let (programme, after, begin) = head().ok_or_else(|| unreadable(1))?;
        Ok(Self { programme, after, begin, lines })
    }

    /// Each operation.
    pub(super) fn links(self) -> impl Iterator<Item = io::Result<ChainLink>> {
        self.lines.enumerate().map(|(index, line)| link(&line?).ok_or_else(|| unreadable(index + 2)))
    }
}

fn link(line: &str) -> Option<ChainLink> {
    let mut words = line.split(' ');
    let seq: i64 = words.next()?.parse().ok()?;
    let (kind, id) = (Kind::read(words.next()?)?, words.next()?.parse().ok()?);
    let mut body_hash = [0; 32];
    hex::decode_to_slice(words.next()?, &mut body_hash).ok()?;
    let digest = Digest::read(words.next()?)?;
    words.next().is_none().then_some(ChainLink { seq: seq.into(), kind, id, body_hash, digest })
}

fn unreadable(line: usize) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("line {line} is not of a chain of quota"))
}
