//! Which instructions there are beyond what every CPU has, asked once.

#[cfg(target_arch = "x86_64")]
use std::sync::LazyLock;

#[cfg(target_arch = "x86_64")]
use crate::{avx2::Avx2, avx512::Avx512};
use crate::{
    outline::{self, Found, Places},
    skim::{Reached, Skim},
};

/// The best of them, or none.
pub(crate) enum Cpu {
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    Any,
}

impl Cpu {
    /// The one that this runs on.
    #[inline]
    pub(crate) fn this() -> &'static Self {
        #[cfg(target_arch = "x86_64")]
        {
            static THIS: LazyLock<Cpu> = LazyLock::new(|| {
                let widest = Avx512::find_out().map(Cpu::Avx512);
                widest.or_else(|| Avx2::find_out().map(Cpu::Avx2)).unwrap_or(Cpu::Any)
            });
            &THIS
        }
        #[cfg(not(target_arch = "x86_64"))]
        &Self::Any
    }

    /// Reads on as [`Skim::read_with`] does.
    #[inline]
    pub(crate) fn read(&self, skim: &mut Skim, block: &[u8], i: usize) -> Reached {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(it) => it.read(skim, block, i),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(it) => it.read(skim, block, i),
            Self::Any => skim.read_portably(block, i),
        }
    }

    /// Finds as [`outline::find_with`] does.
    #[inline]
    pub(crate) fn find(&self, json: &[u8], places: &mut Places) -> Option<Found> {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(it) => it.find(json, places),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(it) => it.find(json, places),
            Self::Any => outline::find_portably(json, places),
        }
    }
}
