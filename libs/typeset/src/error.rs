//! Every way in which printing fails.

use std::io;
use std::path::PathBuf;

/// Why there is nothing to print with.
#[derive(Debug, thiserror::Error)]
pub enum NoFont {
    /// The configured file is not there or not ours to read.
    #[error("the font {} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// None of the places where Debian keeps Chinese fonts has one.
    #[error(
        "no Chinese font is installed: install fonts-wqy-microhei or fonts-noto-cjk, or configure a path"
    )]
    NotInstalled,
    /// The bytes are not a font, or one without Chinese characters.
    #[error("no font given holds Chinese characters")]
    NotChinese,
}

/// Why a form was not printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// A field is longer than a form can show.
    #[error("the field {field} is longer than {limit} characters")]
    TooLong {
        /// Where it stands in the form, such as `/person/name`.
        field: String,
        /// How long it may be.
        limit: usize,
    },
    /// All fields together need more than two pages.
    #[error("the form needs {0} pages")]
    TooManyPages(usize),
    /// The text of the QR code does not fit into one.
    #[error("the text of the QR code does not fit")]
    QrCode(#[source] fast_qr::qr::QRCodeError),
    /// The form cannot be written down as data.
    #[error("the form cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The template does not agree with the form: a bug.
    #[error("the template does not compile: {0}")]
    Template(String),
}
