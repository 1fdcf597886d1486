//! The ways to look at bytes, chosen by hand: for tests and fuzzing, which try all that this CPU has.

use std::{cell::Cell, sync::LazyLock};

use super::{Best, Cpu};

/// A way to look at bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// 64 bytes with AVX-512.
    Avx512,
    /// 32 bytes with AVX2.
    Avx2,
    /// 16 bytes with what every CPU has.
    Portable,
}

/// A way that this CPU does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable(Way);

impl std::fmt::Display for Unavailable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let vectors = if self.0 == Way::Avx512 { "AVX-512BW" } else { "AVX2" };
        write!(f, "this CPU lacks one of {vectors}, PCLMULQDQ, POPCNT and BMI1")
    }
}

impl std::error::Error for Unavailable {}

thread_local! {
    static CHOSEN: Cell<Option<&'static Cpu>> = const { Cell::new(None) };
}

/// The way that this thread has chosen.
pub(super) fn chosen() -> Option<&'static Cpu> {
    CHOSEN.get()
}

impl Way {
    /// All of them; the first that a CPU has is the one that is taken if nobody chooses.
    pub const ALL: [Self; 3] = [Self::Avx512, Self::Avx2, Self::Portable];

    /// Those that this CPU has.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|way| way.cpu().is_some())
    }

    /// Its name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Avx512 => "avx512",
            Self::Avx2 => "avx2",
            Self::Portable => "portable",
        }
    }

    /// The way of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }

    /// Whether this CPU has it.
    ///
    /// # Errors
    /// If it does not.
    pub fn is_available(self) -> Result<(), Unavailable> {
        self.cpu().map(drop).ok_or(Unavailable(self))
    }

    /// Makes everything that this thread reads from now on be read in this way.
    ///
    /// # Errors
    /// If this CPU does not have it.
    pub fn use_in_this_thread(self) -> Result<(), Unavailable> {
        let cpu = self.cpu().ok_or(Unavailable(self))?;
        CHOSEN.set(Some(cpu));
        Ok(())
    }

    /// This CPU, as if it had no other way.
    pub(crate) fn cpu(self) -> Option<&'static Cpu> {
        static CPUS: [LazyLock<Option<Cpu>>; 3] = [
            LazyLock::new(|| Way::Avx512.known()),
            LazyLock::new(|| Way::Avx2.known()),
            LazyLock::new(|| Way::Portable.known()),
        ];
        CPUS[self as usize].as_ref()
    }

    fn known(self) -> Option<Cpu> {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => Cpu::with_avx512(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => Cpu::with_avx2(),
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx512 | Self::Avx2 => None,
            Self::Portable => Some(Cpu(Best::Common)),
        }
    }
}
