//! Prints a form and reads the paper back.

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;
use typeset::{Form, Typesetter, fonts};

/// All tests print with one: building it reads the font.
pub(crate) static TYPESETTER: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::new([fonts::read(None).unwrap()]).unwrap());

/// A printed form, as a file that other programs read.
pub(crate) struct Paper {
    pub(crate) pdf: Vec<u8>,
    folder: TempDir,
}

/// A word and where it stands, in points from the upper left corner.
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

impl Word {
    /// Whether two words are printed over one another, and not just closely set.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        let lower = (self.bottom - self.top).min(other.bottom - other.top);
        width > 1.0 && height > lower / 4.0
    }
}

impl Paper {
    pub(crate) fn of(form: &Form) -> Self {
        let pdf = TYPESETTER.print(form).unwrap();
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("form.pdf"), &pdf).unwrap();
        Self { pdf, folder }
    }

    /// All text in the order of setting, cell by cell, without blanks: where lines break is not the point.
    pub(crate) fn text(&self) -> String {
        let text = run(Command::new("pdftotext").arg("-raw").arg(self.file("form.pdf")).arg("-"));
        text.chars().filter(|character| !character.is_whitespace() && *character != '\u{200b}').collect()
    }

    pub(crate) fn words(&self) -> Vec<Word> {
        let page = run(Command::new("pdftotext").arg("-bbox").arg(self.file("form.pdf")).arg("-"));
        page.lines().filter_map(|line| line.trim().strip_prefix("<word ")).map(word).collect()
    }

    pub(crate) fn info(&self, key: &str) -> String {
        let info = run(Command::new("pdfinfo").arg(self.file("form.pdf")));
        let line = info.lines().find_map(|line| line.strip_prefix(&format!("{key}:")));
        line.unwrap().trim().to_owned()
    }

    /// What a scanner reads from a page that was photographed at so many dots per inch.
    pub(crate) fn scan(&self, dpi: u32) -> String {
        let picture = self.file("page");
        let resolution = dpi.to_string();
        run(Command::new("pdftoppm")
            .args(["-r", &resolution, "-f", "1", "-singlefile", "-gray", "-png"])
            .arg(self.file("form.pdf"))
            .arg(&picture));
        run(Command::new("zbarimg").args(["--quiet", "--raw"]).arg(picture.with_extension("png")))
            .trim()
            .to_owned()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn word(line: &str) -> Word {
    let value = |name: &str| {
        let start = line.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
        line[start..].split('"').next().unwrap().parse().unwrap()
    };
    let text = line.split('>').nth(1).unwrap().split('<').next().unwrap();
    let (left, right, top, bottom) = (value("xMin"), value("xMax"), value("yMin"), value("yMax"));
    Word { text: text.to_owned(), left, right, top, bottom }
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
