//! Which instructions there are beyond what every CPU has, asked once, and the only way to them.
#![cfg_attr(
    target_arch = "x86_64",
    allow(unsafe_code, reason = "instructions that the compiler can't know to be there")
)]

#[cfg(any(test, feature = "ways"))]
pub(crate) mod ways;

use std::sync::LazyLock;

#[cfg(target_arch = "x86_64")]
use crate::{avx2, avx512};
use crate::{
    outline::{self, Found, Places},
    skim::{Ended, Reached, Skim},
};

/// A CPU, by the best that it is known to have: nobody else makes one.
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
pub(crate) struct Cpu(Best);

#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
enum Best {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Common,
}

impl Cpu {
    /// The one that this runs on.
    #[inline]
    pub(crate) fn this() -> &'static Self {
        #[cfg(any(test, feature = "ways"))]
        if let Some(cpu) = ways::chosen() {
            return cpu;
        }
        static THIS: LazyLock<Cpu> = LazyLock::new(|| {
            #[cfg(target_arch = "x86_64")]
            if let Some(cpu) = Cpu::with_avx512().or_else(Cpu::with_avx2) {
                return cpu;
            }
            Cpu(Best::Common)
        });
        &THIS
    }

    #[cfg(target_arch = "x86_64")]
    fn with_avx512() -> Option<Self> {
        (has_common() && is_x86_feature_detected!("avx512bw")).then_some(Self(Best::Avx512))
    }

    #[cfg(target_arch = "x86_64")]
    fn with_avx2() -> Option<Self> {
        (has_common() && is_x86_feature_detected!("avx2")).then_some(Self(Best::Avx2))
    }

    /// Reads on as [`Skim::read_with`] does.
    #[inline]
    pub(crate) fn read(&self, skim: &mut Skim, block: &[u8], i: usize, ended: &mut Ended) -> Reached {
        match self.0 {
            // SAFETY: this CPU has every feature that the function is compiled for, or it would be another.
            #[cfg(target_arch = "x86_64")]
            Best::Avx512 => unsafe { avx512::read(skim, block, i, ended) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Best::Avx2 => unsafe { avx2::read(skim, block, i, ended) },
            Best::Common => skim.read_portably(block, i, ended),
        }
    }

    /// Finds as [`outline::find_with`] does.
    #[inline]
    pub(crate) fn find(&self, json: &[u8], places: &mut Places) -> Option<Found> {
        match self.0 {
            // SAFETY: this CPU has every feature that the function is compiled for, or it would be another.
            #[cfg(target_arch = "x86_64")]
            Best::Avx512 => unsafe { avx512::find(json, places) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Best::Avx2 => unsafe { avx2::find(json, places) },
            Best::Common => outline::find_portably(json, places),
        }
    }
}

/// What both ways take beside their vectors.
#[cfg(target_arch = "x86_64")]
fn has_common() -> bool {
    is_x86_feature_detected!("pclmulqdq")
        && is_x86_feature_detected!("popcnt")
        && is_x86_feature_detected!("bmi1")
}
