//! A payee at rest: sealed for one instruction, and of no use in another's row.

use std::borrow::Cow;

use sealing::{Keyring, Zeroizing};
use serde::{Deserialize, Serialize};
use vocabulary::InstructionId;

use crate::domain::Payee;
use crate::error::Error;

/// What is kept of a payee. It has no printed form.
pub struct SealedPayee {
    /// The card number or the wallet's account.
    pub account: Zeroizing<String>,
    /// Whose it is.
    pub holder: Zeroizing<String>,
}

/// Its text, before it is sealed.
#[derive(Serialize, Deserialize)]
struct Plain<'a> {
    #[serde(borrow)]
    account: Cow<'a, str>,
    #[serde(borrow)]
    holder: Cow<'a, str>,
}

impl SealedPayee {
    /// Seals a payee for an instruction.
    pub fn seal(keyring: &Keyring, id: InstructionId, payee: &Payee) -> Result<Vec<u8>, Error> {
        let plain = Plain { account: payee.account.as_str().into(), holder: payee.holder.as_str().into() };
        let plain = Zeroizing::new(serde_json::to_vec(&plain)?);
        Ok(keyring.seal(&context(id), &plain)?)
    }

    /// Opens what was sealed for an instruction.
    pub fn open(keyring: &Keyring, id: InstructionId, sealed: &[u8]) -> Result<Self, Error> {
        let plain = keyring.open(&context(id), sealed)?;
        let Plain { account, holder } = serde_json::from_slice(&plain)?;
        Ok(Self {
            account: Zeroizing::new(account.into_owned()),
            holder: Zeroizing::new(holder.into_owned()),
        })
    }
}

fn context(id: InstructionId) -> String {
    format!("instruction.payee:{id}")
}
