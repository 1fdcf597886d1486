//! Objects and arrays within each other.

use crate::{
    bits::{all_as_last, all_if, bits},
    skim::{CASE, OPEN, WIDTH},
};

/// The open objects and arrays: a bit each, the innermost lowest, set if it is an object; above them one more.
pub(crate) struct Containers {
    open: u64,
    /// What the last bytes were in.
    around: Around,
}

/// No container, one that is an object, and as many as are counted.
const NONE: u64 = 1;
const OBJECT: u64 = 0b11;
const FULL: u64 = 1 << 63;

/// What the bytes are in; what opens a container is in it, what closes it no more.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    /// Those whose innermost container is an object.
    pub(crate) object: u64,
    /// Those in no other container than the whole.
    pub(crate) outermost: u64,
}

impl Containers {
    /// With the brace of an object that is open; `None` if it is none, or too long.
    pub(crate) fn of_an_object(json: &[u8]) -> Option<Self> {
        let is_object = json.first() == Some(&OPEN) && u32::try_from(json.len()).is_ok();
        is_object.then_some(Self { open: OBJECT, around: Around { object: u64::MAX, outermost: u64::MAX } })
    }

    /// Whether all are closed.
    pub(crate) fn is_empty(&self) -> bool {
        self.open == NONE
    }

    /// Opens and closes; `None` if brackets don't match, are too many, or are behind the end.
    #[inline(always)]
    pub(crate) fn walk(&mut self, window: &[u8; WIDTH], brackets: u64, opens: u64) -> Option<Around> {
        let mut open = self.open;
        let [object, outermost] = [self.around.object, self.around.outermost].map(all_as_last);
        let mut around = Around { object, outermost };
        for place in bits(brackets) {
            let is_object = u64::from(window[place] & CASE != 0);
            let before = open;
            if !(NONE + 1..FULL).contains(&open) {
                return None;
            } else if opens >> place & 1 == 1 {
                open = open << 1 | is_object;
            } else if open & 1 == is_object {
                open >>= 1;
            } else {
                return None;
            }
            around.object ^= all_if((before ^ open) & 1) << place;
            around.outermost ^= all_if(u64::from(before == OBJECT) ^ u64::from(open == OBJECT)) << place;
        }
        (self.open, self.around) = (open, around);
        Some(around)
    }
}
