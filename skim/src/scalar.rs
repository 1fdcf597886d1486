//! Numbers and literals, and the white space around them.

/// JSON's white space; Rust's own also has the form feed.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a text begins with a literal, or a number without an exponent, and a value may end behind it.
pub(crate) fn is_scalar(text: &[u8]) -> bool {
    let end = match text {
        [b't', b'r', b'u', b'e', ..] | [b'n', b'u', b'l', b'l', ..] => 4,
        [b'f', b'a', b'l', b's', b'e', ..] => 5,
        [b'-', ..] => 1 + number(&text[1..]),
        _ => number(text),
    };
    let may_end = |byte: &u8| matches!(byte, b',' | b'}' | b']') || is_space(*byte);
    end > 0 && text[end - 1].is_ascii_alphanumeric() && text.get(end).is_some_and(may_end)
}

/// How much of a text is a number without a sign; more than nothing is surely one if its last byte is a digit.
fn number(text: &[u8]) -> usize {
    let whole = match text {
        [b'0', ..] => 1,
        _ => digits(text),
    };
    match text.get(whole) {
        Some(b'.') if whole > 0 => whole + 1 + digits(&text[whole + 1..]),
        _ => whole,
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_plain_numbers_are_scalars() {
        for scalar in ["true", "false", "null", "0", "-0", "7", "10", "-12", "0.50", "1.5", "-10.01"] {
            for behind in [",", "}", "]", " ", "\r\n"] {
                assert!(is_scalar(format!("{scalar}{behind}").as_bytes()), "{scalar}{behind}");
            }
            for behind in ["", ":", "\"", "x", "\\"] {
                assert!(!is_scalar(format!("{scalar}{behind}").as_bytes()), "{scalar}{behind}");
            }
        }
    }

    #[test]
    fn what_is_none_or_may_be_another_is_left_to_a_parser() {
        for text in [
            "", "-", "00", "01", "-01", ".5", "5.", "-.5", "+1", "1e3", "1E3", "1.5e3", "nul", "True",
            "tru,", "-null",
        ] {
            assert!(!is_scalar(format!("{text},").as_bytes()), "{text}");
        }
    }
}
