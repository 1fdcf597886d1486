//! What there is to fuzz.

use crate::{expectation, identity, notices, outline, scanner, signals};

/// A check of our code against a reference.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The program's name, and its corpus's.
    pub name: &'static str,
    /// Panics if the two differ on an input; else says how far the input came.
    pub check: fn(&[u8]) -> &'static str,
    /// Whether the code under test goes through guard-skim, so that each way to look at bytes is fuzzed.
    pub skims: bool,
    /// How far inputs can come. The corpus has inputs for each.
    pub outcomes: &'static [&'static str],
}

/// A watch is read as the reference reads it, and says of calls what the reference says.
pub const EXPECTATION: Target = Target {
    name: "expectation",
    check: expectation::check,
    skims: false,
    outcomes: &["not JSON", "refused", "a member twice", "a watch"],
};

/// A record's user is the one that the reference finds.
pub const IDENTITY: Target = Target {
    name: "identity",
    check: identity::check,
    skims: true,
    outcomes: &["not JSON", "no object", "a user", "nobody"],
};

/// Of any payload, the objects are those that the reference finds.
pub const NOTICES: Target = Target {
    name: "notices",
    check: notices::check,
    skims: false,
    outcomes: &["not JSON", "another event", "strange records", "objects"],
};

/// An object's members are found where serde_json finds them, or left to it.
pub const OUTLINE: Target = Target {
    name: "outline",
    check: outline::check,
    skims: true,
    outcomes: &["no object", "left to serde_json", "read"],
};

/// The scanner finds what a JSON parser finds, however the text is cut into blocks.
pub const SCANNER: Target = Target {
    name: "scanner",
    check: scanner::check,
    skims: true,
    outcomes: &["not JSON", "no object", "not CloudTrail's", "empty", "records"],
};

/// A whole record is decided as the reference does, with and without watches, and its event is the record.
pub const SIGNALS: Target = Target {
    name: "signals",
    check: signals::check,
    skims: true,
    outcomes: &["not JSON", "no object", "dropped", "kept", "unexpected"],
};

/// All targets.
pub const TARGETS: [Target; 6] = [EXPECTATION, IDENTITY, NOTICES, OUTLINE, SCANNER, SIGNALS];
