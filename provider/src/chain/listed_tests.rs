use guard_contract::{Response, Signal};

use super::*;
use crate::chain::{Topology, golden::hub};

fn edge() -> Location {
    Location::new("222222222222", "eu-west-1")
}

/// A rule of that name, with a record of that user and a pattern that names user and account.
fn members(name: &str, user_arn: &str, account: &str, user: &str, hub_account: &str) -> BusMembers {
    let (topology, former) = (Topology::Relay, None);
    let record = Record::User { user_arn: user_arn.into(), topology, former, response: Response::default() };
    let pattern = UserPattern {
        hub_account: hub_account.into(),
        account: account.into(),
        user: user.into(),
        signals: vec![Signal::AccessDenied],
    };
    let (description, pattern) = (record.describe(&hub().mark()), pattern.to_json());
    let rule = ListedRule { name, description: &description, pattern: &pattern };
    BusMembers::listed([rule], &edge(), &hub())
}

const BACKUP: &str = "arn:aws:iam::222222222222:user/scripts/backup";

#[test]
fn a_rule_that_guard_wrote_is_a_member() {
    let name = own_rule(&hub(), &edge(), "backup");
    let all = members(&name, BACKUP, "222222222222", "backup", "111111111111");
    assert_eq!((all.users.len(), all.foreign.len(), all.forged.len()), (1, 0, 0));
    let member = &all.users[0];
    assert_eq!((member.user.as_str(), member.user_arn.as_str()), ("backup", BACKUP));
    assert_eq!((&member.rule, member.signals.len()), (&name, 1));
}

#[test]
fn a_rule_that_guard_did_not_write_so_is_foreign() {
    let (backup, star) = (own_rule(&hub(), &edge(), "backup"), own_rule(&hub(), &edge(), "*"));
    let (ours, theirs) = ("222222222222", "333333333333");
    let hub_account = "111111111111";
    for (name, user_arn, account, user, pattern_hub) in [
        (star.as_str(), "*", ours, "*", hub_account),
        (&star, "arn:aws:iam::222222222222:user/*", ours, "*", hub_account),
        (&backup, "arn:aws:iam::222222222222:user/*/backup", ours, "backup", hub_account),
        (&backup, "arn:aws:iam::333333333333:user/backup", ours, "backup", hub_account),
        ("guard-user-anything", BACKUP, ours, "backup", hub_account),
        (&backup, BACKUP, theirs, "backup", hub_account),
        (&backup, BACKUP, ours, "somebody-else", hub_account),
        (&backup, BACKUP, ours, "backup", theirs),
    ] {
        let all = members(name, user_arn, account, user, pattern_hub);
        assert_eq!((all.users.len(), all.forged.len()), (0, 1), "{name} {user_arn} {account} {user}");
        assert_eq!(all.foreign, [name]);
    }
}

#[test]
fn a_members_bus_forwards_only_within_its_account() {
    let listed = |to: Location, at: &Location, name: &str| {
        let description = Record::Forward { to }.describe(&hub().mark());
        BusMembers::listed([ListedRule { name, description: &description, pattern: "" }], at, &hub())
    };
    let far = Location::new("333333333333", "eu-west-1");
    let near = Location::new("222222222222", "eu-west-2");
    let name = |to: &Location| hub().names.forward_rule(to);
    assert_eq!(listed(near.clone(), &edge(), &name(&near)).forwards.len(), 1);
    assert_eq!(listed(far.clone(), &hub().location, &name(&far)).forwards.len(), 1);
    assert_eq!(listed(far.clone(), &edge(), &name(&far)).forged.len(), 1);
    assert_eq!(listed(near, &edge(), "guard-to-somewhere").forged.len(), 1);
}

#[test]
fn a_rule_without_a_record_is_foreign_and_nothing_is_said_of_it() {
    let siem = ListedRule { name: "siem", description: "for the SIEM", pattern: "{}" };
    let all = BusMembers::listed([siem], &edge(), &hub());
    assert_eq!((all.foreign, all.forged), (vec!["siem".to_owned()], vec![]));
}
