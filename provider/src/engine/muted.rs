//! Whether somebody silences guard's alarms: an alarm mute rule is no drift, as it is not guard's to remove.

use std::collections::BTreeSet;

use crate::aws::{LOOKED_AT, MuteRule, read_mute_rules};
use crate::chain::{Hub, Location, Names, Spec};

use super::{Engine, Look};

/// How many rules, and how many alarms of each, a warning names.
const NAMED: usize = 3;
/// The longest name of a stranger's choice that is shown, in characters.
const SHOWN: usize = 64;

impl Engine {
    /// Notes the mute rules wherever a chain has alarms, once for each place.
    pub(crate) async fn warn_of_muted(&self, look: &Look, hub: &Hub) {
        let alarms = look.chain.iter().filter(|seen| matches!(seen.object.spec, Spec::Alarm(_)));
        for at in alarms.map(|seen| &seen.object.at).collect::<BTreeSet<_>>() {
            // A place that can't be entered has failed the look before.
            let Ok(site) = self.accounts.site(at).await else { continue };
            let found = read_mute_rules(&site).await;
            if let Some(cause) = &found.refused {
                let detail = format!(
                    "Whether an alarm mute rule silences guard's alarms in account {}, region {} isn't known: {cause}.",
                    at.account, at.region
                );
                // One summary for all places: Terraform then shows one of them, and how many more there are.
                self.warn("Alarm mute rules can't be looked at".to_owned(), detail);
            }
            if found.more {
                let detail = format!(
                    "Account {} has more than {LOOKED_AT} alarm mute rules in region {} that have not expired. guard has looked at {LOOKED_AT} of them; whether one of the others silences its alarms isn't known. Nobody needs so many: find out who wrote them.",
                    at.account, at.region
                );
                self.warn(format!("Too many alarm mute rules in {at}"), detail);
            }
            if let Some(detail) = told(&found.rules, at, &hub.names) {
                self.warn(format!("Alarms of guard in {at} are muted"), detail);
            }
        }
    }
}

/// What the rules there do to guard's alarms; nothing if they do nothing.
fn told(rules: &[MuteRule], at: &Location, names: &Names) -> Option<String> {
    let muting: Vec<_> = rules.iter().filter_map(|rule| Some((rule, silenced(rule, names)?))).collect();
    if muting.is_empty() {
        return None;
    }
    let named: Vec<_> =
        muting.iter().map(|(rule, alarms)| format!("{} mutes {alarms}", shown(&rule.name))).collect();
    let (plain, odd): (Vec<_>, Vec<_>) = muting.iter().partition(|(rule, _)| is_plain(&rule.name));
    let commands = plain.iter().take(NAMED).map(|(rule, _)| {
        format!(
            "aws cloudwatch delete-alarm-mute-rule --alarm-mute-rule-name {} --region {}",
            rule.name, at.region
        )
    });
    let console = "in CloudWatch's console, as a shell would read more into the quoted name".to_owned();
    let todo: Vec<_> = commands.chain((!odd.is_empty()).then_some(console)).collect();
    Some(format!(
        "In account {}, region {}, an alarm mute rule keeps alarms of guard from acting, now or when its schedule says so: {}. A user is then denied by its rule's path alone, and what fails in the chain is told to nobody. guard changes no mute rule. Find out who wrote it; if it is not wanted, delete it, as an administrator of that account: {}",
        at.account,
        at.region,
        few(&named, "; "),
        todo.join("; "),
    ))
}

/// The alarms of guard's names that a rule is for.
fn silenced(rule: &MuteRule, names: &Names) -> Option<String> {
    let Some(alarms) = &rule.alarms else { return Some("every alarm there".to_owned()) };
    let ours: BTreeSet<_> = alarms.iter().filter(|alarm| names.is_alarm(alarm)).cloned().collect();
    (!ours.is_empty()).then(|| few(&ours.into_iter().collect::<Vec<_>>(), ", "))
}

fn few(all: &[String], between: &str) -> String {
    let named = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(between);
    match all.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// A name as it is, if neither a shell nor a terminal reads anything into it; else in quotes, cut and escaped.
fn shown(name: &str) -> String {
    if is_plain(name) {
        return name.to_owned();
    }
    let cut: String = name.chars().take(SHOWN).collect();
    if cut.len() < name.len() { format!("{cut:?}…") } else { format!("{cut:?}") }
}

/// Which letters a mute rule's name may have AWS doesn't say; these are the ones that mean nothing to a shell.
fn is_plain(name: &str) -> bool {
    let plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    (1..=SHOWN).contains(&name.len()) && name.chars().all(plain) && !name.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(rules: &[(&str, Option<&[&str]>)]) -> Option<String> {
        let rule = |(name, alarms): &(&str, Option<&[&str]>)| MuteRule {
            name: (*name).to_owned(),
            alarms: alarms.map(|all| all.iter().map(ToString::to_string).collect()),
        };
        let rules: Vec<_> = rules.iter().map(rule).collect();
        told(&rules, &Location::new("222222222222", "eu-west-1"), &Names::new("guard").expect("a prefix"))
    }

    #[test]
    fn a_rule_for_other_alarms_is_nobodys_business() {
        assert_eq!(told_of(&[]), None);
        assert_eq!(
            told_of(&[("nightly", Some(&["cpu", "guard-duty", "guard-user-", "guard-user-x;y-0a1b2c3d"]))]),
            None
        );
        assert_eq!(told_of(&[("nightly", Some(&[]))]), None);
    }

    #[test]
    fn a_rule_for_guards_alarms_is_told_with_what_to_do() {
        let said = told_of(&[("quiet", Some(&["cpu", "guard-user-backup-0a1b2c3d", "guard-dead-letters"]))]);
        let said = said.expect("a warning");
        assert!(said.contains("account 222222222222, region eu-west-1"), "{said}");
        assert!(said.contains(": quiet mutes guard-dead-letters, guard-user-backup-0a1b2c3d. "), "{said}");
        let command = "aws cloudwatch delete-alarm-mute-rule --alarm-mute-rule-name quiet --region eu-west-1";
        assert!(said.ends_with(command), "{said}");
        assert!(told_of(&[("all", None)]).is_some_and(|said| said.contains("all mutes every alarm there")));
    }

    #[test]
    fn a_strangers_name_is_never_part_of_a_command() {
        let long = "x".repeat(255);
        for name in ["a; rm -rf ~", "$(id)", "-h", "a\n\u{1b}[2Jb", "\u{202e}txet", "", &long] {
            let said = told_of(&[(name, None)]).expect("a warning");
            assert!(!said.contains("--alarm-mute-rule-name"), "{said}");
            assert!(!said.contains(['\n', '\u{1b}', '\u{202e}']) && said.len() < 800, "{said}");
        }
    }

    #[test]
    fn of_many_rules_and_alarms_only_some_are_named() {
        let users: Vec<String> = (0..9).map(|number| format!("guard-user-u{number}-0a1b2c3d")).collect();
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let rules: Vec<(&str, Option<&[&str]>)> =
            ["a", "b", "c", "d", "e"].map(|name| (name, Some(&users[..]))).into();
        let said = told_of(&rules).expect("a warning");
        assert_eq!(said.matches("and 6 more").count(), 3, "{said}");
        assert!(said.contains("and 2 more. ") && said.matches("--region").count() == 3, "{said}");
    }
}
