//! The manuscript: a form as clean data for the template, which is all that the template ever sees of it.

use serde::Serialize;
use serde_json::Value;
use vocabulary::is_invisible;

use crate::qr_code::{self, QrModules};
use crate::{Form, PrintError};

/// How many characters a field of the form may have; the doors of the services allow less.
pub const FIELD_LIMIT: usize = 200;

/// Stands for a character that no font holds: the printer's traditional mark for a missing type.
const GETA: char = '〓';

/// Words up to this length are never broken: card numbers and credit codes are read in one piece.
const LONGEST_WHOLE_WORD: usize = 20;

/// Where a longer word may break, in characters.
const BREAK_EVERY: usize = 8;

const ZERO_WIDTH_SPACE: char = '\u{200b}';

#[derive(Serialize)]
struct Manuscript {
    form: Value,
    qr: QrModules,
    font: String,
    /// Whether something is to be written in by hand.
    incomplete: bool,
}

/// Writes a form down as JSON. `holds` tells whether a font has the character.
pub(crate) fn write(form: &Form, font: &str, holds: impl Fn(char) -> bool) -> Result<Vec<u8>, PrintError> {
    let qr = qr_code::draw(&form.qr_text)?;
    let mut manuscript =
        Manuscript { form: serde_json::to_value(form)?, qr, font: font.to_owned(), incomplete: false };
    let mut path = String::new();
    each_text(&mut manuscript.form, &mut path, &mut |field, text| {
        if text.chars().count() > FIELD_LIMIT {
            return Err(PrintError::TooLong { field: field.to_owned(), limit: FIELD_LIMIT });
        }
        let clean = clean(text, &holds);
        manuscript.incomplete |= clean.contains(GETA) && !text.contains(GETA);
        *text = breakable(&clean);
        Ok(())
    })?;
    Ok(serde_json::to_vec(&manuscript)?)
}

type Visit<'a> = dyn FnMut(&str, &mut String) -> Result<(), PrintError> + 'a;

/// Visits every text of the form with its path.
fn each_text(value: &mut Value, path: &mut String, visit: &mut Visit<'_>) -> Result<(), PrintError> {
    let children: Vec<(String, &mut Value)> = match value {
        Value::String(text) => return visit(path, text),
        Value::Array(items) => {
            items.iter_mut().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        Value::Object(fields) => fields.iter_mut().map(|(name, field)| (name.clone(), field)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => return Ok(()),
    };
    for (name, child) in children {
        let length = path.len();
        path.push('/');
        path.push_str(&name);
        each_text(child, path, visit)?;
        path.truncate(length);
    }
    Ok(())
}

/// The text as paper can show it: on one line, in reading order, each character one that a font holds.
fn clean(text: &str, holds: &impl Fn(char) -> bool) -> String {
    let visible = text.chars().filter(|character| !is_invisible(*character));
    visible
        .map(|character| match character {
            blank if blank.is_whitespace() || blank.is_control() => ' ',
            known if holds(known) => known,
            _ => GETA,
        })
        .collect()
}

/// Lets a very long word break, or it would run out of its box; Chinese breaks anywhere by itself.
fn breakable(text: &str) -> String {
    let words = text.split_inclusive(|character: char| character == ' ' || !character.is_ascii());
    words.map(|word| if word.len() > LONGEST_WHOLE_WORD { broken(word) } else { word.to_owned() }).collect()
}

fn broken(word: &str) -> String {
    let characters: Vec<char> = word.chars().collect();
    let pieces: Vec<String> = characters.chunks(BREAK_EVERY).map(|piece| piece.iter().collect()).collect();
    pieces.join(&ZERO_WIDTH_SPACE.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_reorders_its_neighbours_is_left_out() {
        assert_eq!(clean("张\u{202e}三\u{200d}\n四", &|_| true), "张三 四");
    }

    #[test]
    fn a_character_without_a_glyph_leaves_a_mark() {
        assert_eq!(clean("王𬭎", &|character| character != '𬭎'), "王〓");
    }

    #[test]
    fn a_card_number_stays_in_one_piece_and_a_longer_word_does_not() {
        assert_eq!(breakable("6222021602012345678"), "6222021602012345678");
        assert_eq!(breakable(&"a".repeat(24)), "aaaaaaaa\u{200b}aaaaaaaa\u{200b}aaaaaaaa");
    }
}
