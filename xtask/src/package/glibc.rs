//! Which glibc a program needs: the dynamic linker refuses it where the system's is older.

use crate::{Error, Result, build::GLIBC};

/// That a program needs no later glibc than is promised.
pub(super) fn check(program: &[u8]) -> Result<()> {
    match newest(program) {
        Some(newest) if newest > GLIBC => {
            let ((major, minor), (wanted, at_most)) = (newest, GLIBC);
            let text =
                format!("the provider needs glibc {major}.{minor}, and {wanted}.{at_most} is promised");
            Err(Error::Unexpected(text))
        }
        _ => Ok(()),
    }
}

/// The newest version of glibc's symbols that a program names, such as `GLIBC_2.17`.
fn newest(program: &[u8]) -> Option<(u32, u32)> {
    let mark = b"GLIBC_";
    let marks = program.windows(mark.len()).enumerate().filter(|(_, window)| window == mark);
    marks.filter_map(|(at, _)| version(&program[at + mark.len()..])).max()
}

fn version(text: &[u8]) -> Option<(u32, u32)> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.')?;
    let mut parts = std::str::from_utf8(&text[..end]).ok()?.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_needs_a_later_glibc_is_refused() {
        let program = |version: &str| format!("\0GLIBC_2.2.5\0GLIBC_{version}\0GLIBC_PRIVATE\0").into_bytes();
        assert_eq!(newest(&program("2.17")), Some((2, 17)));
        assert!(check(&program("2.17")).is_ok());
        let refused = check(&program("2.34")).map_err(|error| error.to_string());
        assert!(refused.is_err_and(|why| why.contains("glibc 2.34")));
        assert!(check(b"a program of another system").is_ok());
    }
}
