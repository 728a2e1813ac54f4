//! The account that stays behind: one plain page, without scripts, that any browser opens.

use std::fmt::Write as _;

use crate::account::Account;
use crate::teller::Told;

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
    <title>Yuanmeng 圆梦: the account of the demo</title>\n\
    <style>\nbody { font: 15px/1.5 sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }\n\
    table { border-collapse: collapse; width: 100% }\ntd, th { border: 1px solid #ccc; padding: .2rem .5rem; \
    text-align: left }\n.agrees { color: #060 }\n.differs { color: #b00; font-weight: bold }\n</style>\n";

/// The whole page.
pub(crate) fn page(account: &Account, told: &[Told]) -> String {
    let verdict = if account.agrees() { "every figure agrees" } else { "some figures differ" };
    let mut page = format!("{HEAD}<h1>求学圆梦行动 · the account of the demo: {verdict}</h1>\n");
    figures(&mut page, account);
    attempts(&mut page, account);
    page.push_str("<h2>What happened</h2>\n");
    for one in told {
        let _ = match one {
            Told::Chapter(title) => writeln!(page, "<h3>{}</h3>", escaped(title)),
            Told::Line(line) => writeln!(page, "<p>{}</p>", escaped(line)),
        };
    }
    page
}

fn figures(page: &mut String, account: &Account) {
    page.push_str("<table>\n<tr><th>about<th>figure<th>our services<th>held by<th>theirs<th>verdict\n");
    for figure in account.figures() {
        let (holder, theirs) = &figure.theirs;
        let verdict = if figure.agrees { "agrees" } else { "differs" };
        let cells =
            [figure.about, figure.what.as_str(), figure.ours.as_str(), holder.as_str(), theirs.as_str()];
        page.push_str("<tr>");
        for cell in cells {
            let _ = write!(page, "<td>{}", escaped(cell));
        }
        let _ = writeln!(page, "<td class=\"{verdict}\">{verdict}");
    }
    page.push_str("</table>\n");
}

fn attempts(page: &mut String, account: &Account) {
    page.push_str("<h2>Wrong attempts, each refused</h2>\n<table>\n");
    page.push_str("<tr><th>attempt<th>reason<th>rule<th>what people are told\n");
    for attempt in account.attempts() {
        page.push_str("<tr>");
        for cell in [attempt.what.as_str(), attempt.reason, attempt.rules.as_str(), attempt.text.as_str()] {
            let _ = write!(page, "<td>{}", escaped(cell));
        }
        page.push('\n');
    }
    page.push_str("</table>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
