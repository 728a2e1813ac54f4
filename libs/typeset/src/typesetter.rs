//! The typesetter: fonts and template are read once, then every form is compiled and written as PDF.

use typst::comemo;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Smart};
use typst::text::Font;
use typst_pdf::PdfOptions;

use crate::world::{Desk, Workshop};
use crate::{Form, NoFont, PrintError, manuscript};

/// The form's look, in typst's language. It reads its data from `main.json`.
const TEMPLATE: &str = include_str!("form.typ");

/// Characters that a font for this form must have: a Chinese one has them all.
const SPECIMEN: &str = "圆梦申请表□■〓";

/// A form that does not fit on so many pages is refused.
const MOST_PAGES: usize = 2;

/// What the compiler remembers of a form is forgotten after so many further ones: it holds people's data.
const REMEMBERED_FORMS: usize = 2;

/// Prints forms. Building one reads the fonts; share it.
pub struct Typesetter {
    printer: Box<dyn Print>,
}

/// What hides typst's types, which refer to each other in circles: wherever one of them is shared between threads, rustc
/// would prove anew that it may be. `Send + Sync` stated here leaves it nothing to prove.
trait Print: Send + Sync {
    fn print(&self, form: &Form) -> Result<Vec<u8>, PrintError>;
}

/// What a typesetter is made of.
struct Printer {
    workshop: Workshop,
    family: String,
}

impl Typesetter {
    /// A typesetter with these font files; a character is taken from the first that has it.
    pub fn new(font_files: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, NoFont> {
        let fonts: Vec<Font> = font_files.into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect();
        let family = chinese_family(&fonts).ok_or(NoFont::NotChinese)?;
        let printer = Printer { workshop: Workshop::new(TEMPLATE, fonts), family };
        Ok(Self { printer: Box::new(printer) })
    }

    /// Prints a form as PDF, on one page where the fields are of common length and on two where they are not.
    pub fn print(&self, form: &Form) -> Result<Vec<u8>, PrintError> {
        self.printer.print(form)
    }
}

impl Print for Printer {
    fn print(&self, form: &Form) -> Result<Vec<u8>, PrintError> {
        let manuscript = manuscript::write(form, &self.family, |character| self.workshop.holds(character))?;
        let printed = self.compile(manuscript);
        comemo::evict(REMEMBERED_FORMS);
        printed
    }
}

impl Printer {
    fn compile(&self, manuscript: Vec<u8>) -> Result<Vec<u8>, PrintError> {
        let desk = Desk { workshop: &self.workshop, manuscript: Bytes::new(manuscript) };
        let document = typst::compile(&desk).output.map_err(|errors| template_error(&errors))?;
        // No time and no random identifier goes into the file, so equal forms give equal bytes.
        let options = PdfOptions { creator: Smart::Custom(Some("Yuanmeng".into())), ..PdfOptions::default() };
        let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| template_error(&errors))?;
        let pages = document.pages().len();
        if pages > MOST_PAGES { Err(PrintError::TooManyPages(pages)) } else { Ok(pdf) }
    }
}

/// The family to print in: of a collection for several countries, the one with the shapes of mainland China.
fn chinese_family(fonts: &[Font]) -> Option<String> {
    let complete =
        |font: &&Font| SPECIMEN.chars().all(|character| font.info().coverage.contains(character.into()));
    let families: Vec<&str> = fonts.iter().filter(complete).map(|font| font.info().family.as_str()).collect();
    let mainland = families.iter().find(|family| family.ends_with(" SC"));
    mainland.or(families.first()).map(|family| (*family).to_owned())
}

fn template_error(errors: &[SourceDiagnostic]) -> PrintError {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    PrintError::Template(messages.join("; "))
}
