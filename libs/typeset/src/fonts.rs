//! Where a machine keeps its Chinese font.

use std::fs;
use std::path::Path;

use crate::NoFont;

/// The files of Debian's packages fonts-wqy-microhei and fonts-noto-cjk. The first holds more rare characters of
/// names in five megabytes than the second in twenty.
const PLACES: [&str; 3] = [
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
];

/// Reads the configured font, or else the first that is installed.
pub fn read(configured: Option<&Path>) -> Result<Vec<u8>, NoFont> {
    let installed = || PLACES.iter().map(Path::new).find(|path| path.is_file());
    let path = configured.or_else(installed).ok_or(NoFont::NotInstalled)?;
    fs::read(path).map_err(|source| NoFont::Unreadable { path: path.to_owned(), source })
}
