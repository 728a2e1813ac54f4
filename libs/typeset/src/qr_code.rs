//! The QR code as rectangles, so that it prints sharp at any size.

use fast_qr::qr::QRBuilder;
use fast_qr::{ECL, QRCode};
use serde::Serialize;

use crate::PrintError;

/// A QR code without its quiet zone, in modules.
#[derive(Serialize)]
pub(crate) struct QrModules {
    /// Modules on a side.
    size: usize,
    /// The dark modules, joined along each row.
    runs: Vec<Run>,
}

#[derive(Serialize)]
struct Run {
    x: usize,
    y: usize,
    width: usize,
}

/// Draws the text. A quarter of the code may be hidden by a stamp or a fold and it still reads.
pub(crate) fn draw(text: &str) -> Result<QrModules, PrintError> {
    let code = QRBuilder::new(text).ecl(ECL::Q).build().map_err(PrintError::QrCode)?;
    let runs = (0..code.size).flat_map(|y| dark_runs(&code, y)).collect();
    Ok(QrModules { size: code.size, runs })
}

fn dark_runs(code: &QRCode, y: usize) -> Vec<Run> {
    let mut x = 0;
    let chunks = code[y].chunk_by(|left, right| left.value() == right.value());
    chunks
        .filter_map(|chunk| {
            let start = x;
            x += chunk.len();
            chunk[0].value().then_some(Run { x: start, y, width: chunk.len() })
        })
        .collect()
}
