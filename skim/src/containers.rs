//! Objects and arrays within each other.

use crate::{
    bits::{all_if, bits},
    skim::{CASE, OPEN, WIDTH},
};

/// The open objects and arrays.
pub(crate) struct Containers {
    pub(crate) depth: u32,
    /// A bit each, the innermost lowest: set if it is an object.
    objects: u64,
}

/// What the bytes are in; what opens a container is in it, what closes it no more.
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
        is_object.then_some(Self { depth: 1, objects: 1 })
    }

    /// Opens and closes; `None` if brackets don't match or are too many.
    #[inline(always)]
    pub(crate) fn walk(&mut self, window: &[u8; WIDTH], brackets: u64, opens: u64) -> Option<Around> {
        let mut around = Around { object: self.in_object(), outermost: self.is_outermost() };
        for place in bits(brackets) {
            let is_object = u64::from(window[place] & CASE != 0);
            if self.depth == 0 {
                return None;
            } else if opens >> place & 1 == 1 {
                self.depth += 1;
                self.objects = self.objects << 1 | is_object;
            } else {
                self.depth -= 1;
                if self.objects & 1 != is_object {
                    return None;
                }
                self.objects >>= 1;
            }
            if self.depth > u64::BITS {
                return None;
            }
            let on = u64::MAX << place;
            around.object = around.object & !on | self.in_object() & on;
            around.outermost = around.outermost & !on | self.is_outermost() & on;
        }
        Some(around)
    }

    /// All bits or none.
    fn in_object(&self) -> u64 {
        all_if(self.objects & 1)
    }

    fn is_outermost(&self) -> u64 {
        all_if(u64::from(self.depth == 1))
    }
}
