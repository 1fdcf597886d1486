//! Finds where a value ends, without parsing it.

use guard_skim::{Reached, Skim, Span};
use memchr::memchr2;

/// The end of the object, array or string that is being read, if it lies in this block. Counting open
/// brackets instead of recursing makes the depth of a record no concern.
///
/// `ended` is told of objects and arrays, and answers whether another one follows, as for [`Skim::read`].
pub(super) fn end(
    skim: &mut Skim,
    block: &[u8],
    mut i: usize,
    mut ended: impl FnMut(usize, Option<Span>) -> bool,
) -> Option<usize> {
    if skim.depth == 0 && !skim.in_string {
        match block[i] {
            b'"' => skim.in_string = true,
            b'{' | b'[' => skim.depth = 1,
            _ => return None,
        }
        i += 1;
    }
    if skim.depth > 0 {
        match skim.read(block, i, &mut ended) {
            Reached::End(end) => return Some(end),
            Reached::Rest(rest) => i = rest,
        }
    }
    end_in_rest(skim, block, i, ended)
}

/// The same for the last bytes of a block, or a string.
fn end_in_rest(
    skim: &mut Skim,
    block: &[u8],
    mut i: usize,
    mut ended: impl FnMut(usize, Option<Span>) -> bool,
) -> Option<usize> {
    // Nobody looks for words here.
    let rest = Span { begin: i, end: block.len() };
    skim.note(rest);
    while i < block.len() {
        if skim.in_string {
            i = string_end(skim, block, i)?;
            skim.in_string = false;
            if skim.depth == 0 {
                return Some(i);
            }
            continue;
        }
        let was_escaped = std::mem::take(&mut skim.escaped);
        match block[i] {
            b'"' | b'\\' if was_escaped => {}
            b'\\' => skim.escaped = true,
            b'"' => skim.in_string = true,
            b'{' | b'[' => skim.depth += 1,
            b'}' | b']' => {
                skim.depth -= 1;
                if skim.depth == 0 && !ended(i + 1, skim.may_hold.replace(rest)) {
                    skim.may_hold = None;
                    return Some(i + 1);
                }
            }
            _ => {}
        }
        i += 1;
    }
    None
}

/// The place after the closing quote of the string that is being read, if it lies in this block.
pub(super) fn string_end(skim: &mut Skim, block: &[u8], mut i: usize) -> Option<usize> {
    if skim.escaped && i < block.len() {
        skim.escaped = false;
        i += 1;
    }
    while i < block.len() {
        let next = i + memchr2(b'"', b'\\', &block[i..])?;
        if block[next] == b'"' {
            return Some(next + 1);
        }
        if next + 1 == block.len() {
            skim.escaped = true;
            return None;
        }
        i = next + 2;
    }
    None
}
