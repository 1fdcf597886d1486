//! The operations whose names are similar to one that no operation has.

/// How many are named.
const NAMED: usize = 3;
/// Shorter names are not compared: too many are similar.
const SHORTEST: usize = 5;
/// What names of operations that read begin with: the wrong one of them is easily taken.
const READING: [&str; 4] = ["batchget", "describe", "get", "list"];

/// The similar ones, the most similar first.
pub(super) fn names<'a>(name: &str, operations: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let name = name.to_ascii_lowercase();
    let is_beginning = name.ends_with('*');
    let text = name.strip_suffix('*').unwrap_or(&name);
    let is_comparable = text.len() >= SHORTEST && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !is_comparable {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> = operations
        .filter_map(|operation| {
            let other = operation.to_ascii_lowercase();
            let distance = if is_beginning { beginning(text, &other) } else { whole(text, &other) };
            distance.map(|distance| (distance, operation))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(NAMED).map(|(_, operation)| operation).collect()
}

/// How far a name is from an operation's, if that is not far.
fn whole(name: &str, operation: &str) -> Option<usize> {
    let most = if name.len() > SHORTEST { 2 } else { 1 };
    let distance = strsim::osa_distance(name, operation);
    if distance <= most {
        return Some(distance);
    }
    (read_by(name)? == read_by(operation)?).then_some(most + 1)
}

/// How far a beginning is from an operation's, if that is not far.
fn beginning(text: &str, operation: &str) -> Option<usize> {
    let lengths = text.len() - 1..=text.len() + 1;
    let beginnings = lengths.filter_map(|length| operation.get(..length));
    beginnings.map(|other| strsim::osa_distance(text, other)).min().filter(|distance| *distance <= 1)
}

/// What an operation that reads reads, be it one or many.
fn read_by(name: &str) -> Option<&str> {
    let what = READING.iter().find_map(|verb| name.strip_prefix(verb))?;
    Some(what.trim_end_matches('s')).filter(|what| !what.is_empty())
}
