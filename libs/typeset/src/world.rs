//! What the compiler may see while it sets one form: the template, the manuscript, the fonts; no disk, no network, no clock.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// What all forms share. It is made once, so that the compiler remembers what it knows about it.
pub(crate) struct Workshop {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    /// The file that the template reads its data from.
    manuscript: FileId,
}

/// The workshop with one manuscript on the desk.
pub(crate) struct Desk<'a> {
    pub(crate) workshop: &'a Workshop,
    pub(crate) manuscript: Bytes,
}

impl Workshop {
    /// Furnishes the workshop; the template finds its data in `main.json`.
    pub(crate) fn new(template: &str, fonts: Vec<Font>) -> Self {
        let template = Source::detached(template);
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            manuscript: template.id().map(|path| path.with_extension("json")).intern(),
            template,
        }
    }

    /// Whether one of the fonts has the character.
    pub(crate) fn holds(&self, character: char) -> bool {
        self.fonts.iter().any(|font| font.info().coverage.contains(character.into()))
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.workshop.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.workshop.book
    }

    fn main(&self) -> FileId {
        self.workshop.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main() { Ok(self.workshop.template.clone()) } else { Err(not_here(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.workshop.manuscript { Ok(self.manuscript.clone()) } else { Err(not_here(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.workshop.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_here(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}
