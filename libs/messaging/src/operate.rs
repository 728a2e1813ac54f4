//! What an operator does about parked events: `<service> parked` shows them, `--replay 10` puts the oldest back.

use clap::{Arg, ArgMatches, Command, value_parser};

use crate::{BrokerConfig, MessagingError, Parked, parked, replay};

/// So many are shown; the oldest first.
const SHOWN: usize = 100;

/// The command line of [`parked_as_asked`].
pub fn parked_command() -> Command {
    let count = Arg::new("replay")
        .long("replay")
        .value_name("COUNT")
        .value_parser(value_parser!(u16))
        .help("Puts so many of the oldest back into the service's queue, once their cause is mended");
    Command::new("parked").about("Shows the events that could not be handled").arg(count)
}

/// Shows a service's parked events, or replays as many as `--replay` says.
#[expect(clippy::print_stdout, reason = "what is parked is this command's answer to the operator")]
pub async fn parked_as_asked(
    config: &BrokerConfig,
    service: &str,
    arguments: &ArgMatches,
) -> Result<(), MessagingError> {
    if let Some(count) = arguments.get_one::<u16>("replay") {
        println!("{} replayed", replay(config, service, usize::from(*count)).await?);
        return Ok(());
    }
    let events = parked(config, service, SHOWN).await?;
    for Parked { message_id, kind, subject, size_bytes } in &events {
        println!("{message_id}  {kind}  {subject}  {size_bytes} bytes");
    }
    println!("{} parked{}", events.len(), if events.len() == SHOWN { ", or more" } else { "" });
    Ok(())
}
