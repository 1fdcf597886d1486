//! The guide "Permissions" lists every action that is called here, and no other.

use std::{collections::BTreeSet, fs, path::Path};

use crate::guides::{code, guide};

/// Made without credentials, so that no policy can allow it.
const ASKS_FOR_NO_PERMISSION: &str = "sts:AssumeRoleWithWebIdentity";

/// What stands behind `called(` and `call =` in the sources: each call is named as IAM names its action.
fn called() -> BTreeSet<String> {
    let mut actions = BTreeSet::new();
    for source in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/aws")) {
        let calls = source.split("called(").skip(1).chain(source.split("let call = ").skip(1));
        let named = calls.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
        actions.extend(named.filter(|name| name.contains(':')).map(str::to_owned));
    }
    actions.remove(ASKS_FOR_NO_PERMISSION);
    actions
}

/// The texts of a folder's files, those of the folders in it too.
fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the sources are there").flatten();
    let texts = entries.flat_map(|entry| match entry.path() {
        folder if folder.is_dir() => sources(&folder),
        file => fs::read_to_string(file).into_iter().collect(),
    });
    texts.collect()
}

/// The actions of the guide's first table.
fn listed() -> BTreeSet<String> {
    let guide = guide("permissions.md");
    let table = guide.split("## The caller and the member role").nth(1).unwrap_or_default();
    let table = table.split("AWS asks for more").next().unwrap_or_default();
    code(table).filter(|text| text.contains(':')).map(str::to_owned).collect()
}

#[test]
fn the_guide_lists_every_action_that_is_called_and_no_other() {
    let (called, listed) = (called(), listed());
    assert!(called.len() > 50, "only {} calls were found in the sources", called.len());
    let missing: Vec<_> = called.difference(&listed).collect();
    let surplus: Vec<_> = listed.difference(&called).collect();
    assert!(missing.is_empty(), "the guide lacks {missing:?}");
    assert!(surplus.is_empty(), "the guide lists {surplus:?}, which nothing calls");
}
