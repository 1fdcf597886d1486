//! Texts that a stranger wrote, on their way to a person: whoever uses a leaked key chooses its user agent.

/// The longest text of a record that is told to people, in characters.
pub(crate) const VALUE: usize = 200;

/// A text on one line, at most `limit` characters, without characters that move, hide or turn what is around them.
pub(crate) fn clean(text: &str, limit: usize) -> String {
    let mut shown = text.chars().filter(|char| !is_hidden(*char));
    let mut cut: String = shown.by_ref().take(limit).collect();
    if shown.next().is_some() {
        cut.pop();
        cut.push('…');
    }
    cut
}

/// The same for the subject of a message: ASCII only, at most 100 characters, no line break (SNS, Publish).
pub(crate) fn subject(text: &str) -> String {
    let ascii = |char: char| if char.is_ascii() { char } else { '?' };
    text.chars().filter(|char| !is_hidden(*char)).map(ascii).take(100).collect()
}

/// Control characters, and those that change the direction of writing or have no width.
fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(char, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_text_stays_on_its_line() {
        assert_eq!(clean("aws-cli\r\n\u{1b}[2JDone: \u{202e}nothing", VALUE), "aws-cli[2JDone: nothing");
    }

    #[test]
    fn a_long_text_is_cut_where_it_is_said() {
        assert_eq!(clean("abcdef", 6), "abcdef");
        assert_eq!(clean("äöüßxyz", 4), "äöü…");
        assert_eq!(clean(&"x".repeat(999), VALUE).chars().count(), VALUE);
    }

    #[test]
    fn a_subject_is_what_sns_takes() {
        let subject = subject(&format!("gu\nard ü {}", "x".repeat(200)));
        assert!(subject.starts_with("guard ? x") && subject.len() == 100, "{subject}");
    }
}
