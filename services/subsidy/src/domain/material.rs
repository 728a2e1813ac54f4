//! Materials: what each kind proves, and the data that goes with it.

use chrono::{DateTime, Utc};
use scan::MediaType;
use serde::{Deserialize, Serialize};
use vocabulary::{Day, Fen, MaterialId};

/// An uploaded picture or PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// Its number.
    pub id: MaterialId,
    /// What it proves.
    pub kind: MaterialKind,
    /// What the file is.
    pub media_type: MediaType,
    /// How large it is.
    pub size: i64,
    /// The data that goes with it.
    pub data: MaterialData,
    /// Whether the form's QR code was read; none for other kinds.
    pub qr_check: Option<QrCheck>,
    /// When it was uploaded.
    pub uploaded_at: DateTime<Utc>,
}

/// Kinds of material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaterialKind {
    /// The printed form, signed and stamped.
    StampedForm,
    /// The tuition receipt.
    TuitionReceipt,
    /// The CHSI online verification report.
    ChsiReport,
    /// The ID card, portrait side.
    IdCardFront,
    /// The ID card, emblem side.
    IdCardBack,
    /// The residence permit.
    ResidencePermit,
    /// The bank card or the wallet account.
    PayeeAccount,
}

/// What the worker writes beside a material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum MaterialData {
    /// Of a stamped form.
    Form {
        /// The revision it was printed from.
        revision: i32,
    },
    /// Of a tuition receipt.
    Receipt {
        /// Its number.
        number: String,
        /// Its amount.
        amount: Fen,
        /// Its day.
        day: Day,
    },
    /// Of a CHSI report.
    Chsi {
        /// Its online verification code.
        code: String,
        /// The day of issue.
        issued_on: Day,
        /// The last day it is valid.
        valid_until: Day,
    },
    /// Of kinds that need none.
    None,
}

/// What became of the QR code on a stamped form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrCheck {
    /// Read, and it agrees.
    Agrees,
    /// Not to be read: the reviewer looks at it.
    Unreadable,
}

impl MaterialKind {
    /// As tables and subjects name it, such as `chsi_report`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StampedForm => "stamped_form",
            Self::TuitionReceipt => "tuition_receipt",
            Self::ChsiReport => "chsi_report",
            Self::IdCardFront => "id_card_front",
            Self::IdCardBack => "id_card_back",
            Self::ResidencePermit => "residence_permit",
            Self::PayeeAccount => "payee_account",
        }
    }
}

impl QrCheck {
    /// As tables name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Unreadable => "unreadable",
        }
    }
}

impl Material {
    /// Whether it counts for this revision of the data: a form of an earlier one does not.
    pub fn is_current(&self, revision: i32) -> bool {
        match self.data {
            MaterialData::Form { revision: printed } => printed == revision,
            _ => true,
        }
    }
}
