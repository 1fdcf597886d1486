//! What the caller and the member role must be allowed: one table for the documents and for the guide, held to the
//! calls in the sources beside it.

mod document;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use document::{Documents, Wanted, documents};
