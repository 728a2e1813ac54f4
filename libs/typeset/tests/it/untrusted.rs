//! What people wrote is printed, never obeyed, and never runs out of its box.

use typeset::{Employment, FIELD_LIMIT, Form, NoFont, PrintError, Typesetter};

use crate::form::{employed, without_work};
use crate::paper::{Paper, TYPESETTER};

/// The type area: A4 less its margins, in points.
const LEFT_EDGE: f64 = 42.0;
const RIGHT_EDGE: f64 = 553.5;
const BOTTOM_EDGE: f64 = 842.0;

fn named(name: &str) -> Form {
    let mut form = employed();
    name.clone_into(&mut form.person.name);
    form
}

#[test]
fn markup_is_printed_as_it_stands() {
    for markup in [
        "#panic()",
        "*粗*_斜_",
        "$x^2$",
        "]#read(\"/etc/passwd\")[",
        "<label>@label",
        "//注释",
        "/*注释*/",
        "\\#\\*",
        "`raw`",
        "#{json}",
        "https://example.org",
        "=标题",
        "\"引号'",
        "--...~",
    ] {
        let text = Paper::of(&named(markup)).text();
        assert!(text.contains(&format!("名{markup}性")), "{markup} is changed in {text}");
    }
}

#[test]
fn markup_in_every_field_is_printed_as_it_stands() {
    let markup = "#panic()]$*";
    let mut form = employed();
    for field in
        [&mut form.number, &mut form.programme, &mut form.round, &mut form.chosen_union, &mut form.printed_at]
    {
        markup.clone_into(field);
    }
    for field in [&mut form.person.household, &mut form.person.birth_date, &mut form.education.major] {
        markup.clone_into(field);
    }
    markup.clone_into(&mut form.help_lines[0].name);

    // The number stands on the form twice.
    assert_eq!(Paper::of(&form).text().matches(markup).count(), 10);
}

#[test]
fn long_fields_wrap_inside_the_page_and_need_two_pages_at_most() {
    for filler in ["济南钢城".repeat(20), "A".repeat(80), "很 long 的 name ".repeat(5)] {
        let paper = Paper::of(&everywhere(&filler));

        assert!(["1", "2"].contains(&paper.info("Pages").as_str()));
        for word in paper.words() {
            let inside = word.left >= LEFT_EDGE && word.right <= RIGHT_EDGE && word.bottom <= BOTTOM_EDGE;
            assert!(inside, "{} stands at {} to {}", word.text, word.left, word.right);
        }
        let expected: String = filler.split_whitespace().collect();
        assert!(paper.text().contains(&expected));
    }
}

#[test]
fn an_endless_field_is_refused_by_name() {
    let refused = TYPESETTER.print(&named(&"名".repeat(FIELD_LIMIT + 1)));

    assert!(matches!(refused, Err(PrintError::TooLong { field, .. }) if field == "/person/name"));
}

#[test]
fn a_form_of_too_many_pages_is_refused() {
    let mut form = everywhere(&"名".repeat(FIELD_LIMIT));
    form.help_lines = vec![form.help_lines[0].clone(); 400];

    assert!(matches!(TYPESETTER.print(&form), Err(PrintError::TooManyPages(pages)) if pages > 2));
}

#[test]
fn a_character_that_no_font_has_is_left_to_be_written_by_hand() {
    let text = Paper::of(&named("王\u{10fffd}🙂")).text();

    assert!(text.contains("王〓〓"));
    assert!(text.contains("无法打印的生僻字"));
    assert!(!Paper::of(&employed()).text().contains("生僻字"));
}

#[test]
fn text_cannot_be_turned_around_or_hidden() {
    let text = Paper::of(&named("张\u{202e}三\u{200b}\u{0}\r\n四")).text();

    assert!(text.contains("名张三四性"), "{text}");
}

#[test]
fn a_font_without_chinese_is_refused() {
    assert!(matches!(Typesetter::new([b"not a font".to_vec()]), Err(NoFont::NotChinese)));
}

/// A form whose every text of free length is this one.
fn everywhere(filler: &str) -> Form {
    let mut form = employed();
    let Employment::Unit(unit) = &mut form.employment else { return without_work() };
    for field in [
        &mut form.person.name,
        &mut form.person.household,
        &mut unit.name,
        &mut unit.post,
        &mut form.chosen_union,
        &mut form.education.institution,
        &mut form.education.major,
    ] {
        filler.clone_into(field);
    }
    form
}
