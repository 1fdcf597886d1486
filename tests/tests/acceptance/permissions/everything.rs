//! Everything that guard does, in steps that each need the chains of two guards and leave them as they were: one of a
//! member account, one of the management account's own.

use guard_tests::{
    Result,
    aws::Aws,
    chain::{Guard, Incident},
    operators::{Permission, Policies},
    script::{LEAK, Script},
    world::{Block, World},
};

use super::broken;
use crate::attacks::muted::mute;
use crate::response::{
    fallbacks::{empty_managed, fill_managed},
    topic,
};

const MEMBER: &str = "222222222222";
const FAR: &str = "eu-west-1";
/// The name of the inline deny.
const INLINE: &str = "guard-deny-all";
const TAG: &str = "team = \"storage\"";
const KEYS: &str = "deactivate_keys = true";
/// With more rules on a bus than this, one question tells which of them lead to the responder.
const FEW: usize = 8;
/// What only saves time.
const SHORTCUTS: [&str; 2] = ["iam:GetAccountAuthorizationDetails", "tag:GetResources"];

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// Two guards are built.
    Build,
    /// Their tags are others.
    Retag,
    /// What somebody has broken is put right.
    Repair,
    /// Everything is looked at by name.
    ByName,
    /// The trail has selectors of its own, and another region than its bucket.
    Trail,
    /// There are many rules beside theirs.
    Crowd,
    /// Somebody mutes alarms of both accounts.
    Mute,
    /// Events come on another way, and again on the first.
    Reroute,
    /// Both trip, are let go by somebody, denied again, and re-armed.
    Trip,
    /// The same with no room for the managed deny.
    TripInline,
    /// Their state is lost, and they are imported.
    Import,
    /// They go.
    Destroy,
}

/// In their order.
pub(super) const STEPS: [Step; 12] = [
    Step::Build,
    Step::Retag,
    Step::Repair,
    Step::ByName,
    Step::Trail,
    Step::Crowd,
    Step::Mute,
    Step::Reroute,
    Step::Trip,
    Step::TripInline,
    Step::Import,
    Step::Destroy,
];

/// Two guards, and who runs terraform.
pub(super) struct Everything {
    pub(super) world: World,
    /// What whoever runs terraform lacks in the next step, but not in what the test itself does.
    pub(super) lacks: Option<Permission>,
    policies: Policies,
    scripts: [Script; 2],
    topics: [String; 2],
    rearmed: u32,
}

impl Everything {
    /// The users, their topics, and the permissions for just that.
    pub(super) fn prepare(world: World) -> Result<Self> {
        let accounts = [MEMBER.to_owned(), world.management().to_owned()];
        let [member, management] = &accounts;
        let scripts = [
            Script::hire(&world.cloud, member, "backup")?,
            Script::hire(&world.cloud, management, "deploy")?,
        ];
        let told = |account: &str| topic(&world.cloud.administrator(account).in_region(FAR), "security");
        let topics = [told(member)?, told(management)?];
        let policies = Policies::of(&world.cloud, &accounts, &topics.each_ref().map(String::as_str))?;
        world.cloud.equip(&policies)?;
        Ok(Self { world, lacks: None, policies, scripts, topics, rearmed: 0 })
    }

    /// Every permission that whoever runs terraform has.
    pub(super) fn permissions(&self) -> Vec<Permission> {
        self.policies.each(self.world.management())
    }

    /// Takes a step.
    pub(super) fn take(&mut self, step: Step) -> Result<()> {
        self.equip(false)?;
        match step {
            Step::Build => self.apply(TAG),
            Step::Retag => self.apply("owner = \"storage\""),
            Step::Repair => {
                broken::everything(&self.world, MEMBER, FAR)?;
                self.world.apply()
            }
            Step::ByName => {
                self.equip(true)?;
                self.world.settled()
            }
            Step::Trail => self.trail(),
            Step::Crowd => self.crowd(),
            Step::Mute => self.mute(),
            Step::Reroute => {
                self.configure(TAG, &format!("{KEYS}\n  topology = \"direct\""))?;
                self.world.apply()?;
                self.apply(TAG)
            }
            Step::Trip => self.trip(false),
            Step::TripInline => self.trip(true),
            Step::Import => self.import(),
            Step::Destroy => self.world.terraform.destroy().map(drop),
        }
    }

    fn equip(&self, by_name: bool) -> Result<()> {
        let mut policies = self.policies.clone();
        let cut = |one: &Permission| by_name && SHORTCUTS.contains(&one.action.as_str());
        let lacking =
            self.permissions().into_iter().filter(|one| cut(one) || self.lacks.as_ref() == Some(one));
        for permission in lacking {
            policies = policies.without(&permission);
        }
        self.world.cloud.equip(&policies).map(drop)
    }

    fn guards(&self) -> [Guard; 2] {
        self.scripts.each_ref().map(|script| Guard::new(&script.caller().account, FAR, &script.caller().user))
    }

    fn apply(&self, tag: &str) -> Result<()> {
        self.configure(tag, KEYS)?;
        self.world.apply()
    }

    fn configure(&self, tag: &str, more: &str) -> Result<()> {
        let rearm = match self.rearmed {
            0 => String::new(),
            number => format!("  rearm = \"OPS-{number}\"\n"),
        };
        let more = self.topics.each_ref().map(|topic| {
            format!(
                "{rearm}  {more}\n  ignored_actions = [\"iam:ListUsers\"]\n  \
                 notify_topic_arns = [\"{topic}\"]\n  tags = {{ {tag} }}"
            )
        });
        let [member, own] = self.guards();
        let blocks = [Block::new("member", &member).with(&more[0]), Block::new("own", &own).with(&more[1])];
        self.world.configure(&blocks)
    }

    /// Whoever looks for the trail finds it, and with it the hub where it was.
    fn trail(&self) -> Result<()> {
        let (name, bucket) = (&self.world.cloud.ready().trail, &self.world.cloud.ready().bucket);
        let management = self.world.cloud.administrator(self.world.management());
        let far = management.in_region(FAR);
        let move_to = |from: &Aws, to: &Aws| {
            from.run(&["cloudtrail", "delete-trail", "--name", name])?;
            let of = ["--is-multi-region-trail", "--is-organization-trail"];
            let create = ["cloudtrail", "create-trail", "--name", name, "--s3-bucket-name", bucket];
            to.run(&[&create[..], &of].concat())?;
            let selectors = r#"[{"IncludeManagementEvents": true, "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]"#;
            let put = ["cloudtrail", "put-event-selectors", "--trail-name", name, "--event-selectors"];
            to.run(&[&put[..], &[selectors]].concat())?;
            to.run(&["cloudtrail", "start-logging", "--name", name])
        };
        move_to(&management, &far)?;
        let colleague = self.world.colleague()?;
        colleague.configure(&[])?;
        let text = format!("data \"guard_permissions\" \"all\" {{\n  account_ids = [\"{MEMBER}\"]\n}}\n");
        colleague.terraform.write("data.tf", &text)?;
        colleague.apply()?;
        move_to(&far, &management).map(drop)
    }

    fn crowd(&self) -> Result<()> {
        let each = |calls: &dyn Fn(&str) -> String| {
            for guard in self.guards() {
                for number in 0..FEW {
                    let call = calls(&format!("other-{number} --event-bus-name guard-bus"));
                    self.world.at(&guard).run(&call.split(' ').collect::<Vec<_>>())?;
                }
            }
            Ok::<_, guard_tests::Error>(())
        };
        each(&|rule| format!(r#"events put-rule --event-pattern {{"source":["other"]}} --name {rule}"#))?;
        self.world.settled()?;
        each(&|rule| format!("events delete-rule --name {rule}"))
    }

    fn mute(&self) -> Result<()> {
        let places = self.guards().map(|guard| self.world.at(&guard));
        places.iter().try_for_each(|place| mute(place, "nightly", None))?;
        self.world.settled()?;
        let delete = ["cloudwatch", "delete-alarm-mute-rule", "--alarm-mute-rule-name", "nightly"];
        places.iter().try_for_each(|place| place.run(&delete).map(drop))
    }

    /// Where there is no room for the managed deny, and keys are left alone, the deny is inline.
    fn trip(&mut self, inline: bool) -> Result<()> {
        let keys = if inline { "deactivate_keys = false" } else { KEYS };
        self.configure(TAG, keys)?;
        self.world.apply()?;
        let alarmed = self.alarmed()?;
        let mut others = Vec::new();
        for script in &mut self.scripts {
            if inline {
                fill_managed(script.administrator(), &script.caller().user)?;
            }
            // The key that leaked stays inactive: another one is given back.
            others.push(other_key(script)?);
            script.does(&LEAK[0])?;
            script.deliver(&self.world.cloud)?;
        }
        for script in &self.scripts {
            let answered = || if inline { denied_inline(script) } else { keys_are_inactive(script) };
            self.world.cloud.until("the response being through", 90, |_| Ok(answered()?.then_some(())))?;
        }
        // An alarm that comes after the deny was taken off would put it on again, before terraform does.
        self.world.cloud.until("the alarms being through", 90, |_| {
            let now = self.alarmed()?;
            Ok(now.iter().zip(alarmed).all(|(now, before)| *now > before).then_some(()))
        })?;
        self.world.cloud.until_responders_end()?;
        for script in &self.scripts {
            let_go(script, inline)?;
        }
        self.world.apply()?;
        self.rearmed += 1;
        self.configure(TAG, keys)?;
        self.world.apply()?;
        for (script, other) in self.scripts.iter().zip(others) {
            let (iam, user) = (script.administrator(), &script.caller().user);
            if inline {
                empty_managed(iam, user)?;
            }
            iam.run(&["iam", "delete-access-key", "--user-name", user, "--access-key-id", &other])?;
        }
        Ok(())
    }

    /// How often each guard's alarm has called the responder.
    fn alarmed(&self) -> Result<[usize; 2]> {
        let [member, own] = self.guards();
        let of = |guard: &Guard| {
            let all = Incident::all(&self.world.cloud, guard)?;
            Ok::<_, guard_tests::Error>(all.iter().filter(|incident| incident.path == "alarm").count())
        };
        Ok([of(&member)?, of(&own)?])
    }

    fn import(&self) -> Result<()> {
        for (name, guard) in ["member", "own"].into_iter().zip(self.guards()) {
            let address = format!("guard_iam_user.{name}");
            self.world.terraform.run(&["state", "rm", &address])?;
            self.world.terraform.import(&address, &guard.to_string())?;
        }
        self.world.apply()
    }
}

/// Makes a second access key for the script's user.
fn other_key(script: &Script) -> Result<String> {
    let user = &script.caller().user;
    let made = script.administrator().run(&["iam", "create-access-key", "--user-name", user])?;
    Ok(made["AccessKey"]["AccessKeyId"].as_str().unwrap_or_default().to_owned())
}

fn keys_are_inactive(script: &Script) -> Result<bool> {
    let keys = script.rights()?["keys"].clone();
    let mut keys = keys.as_array().into_iter().flatten();
    Ok(keys.all(|key| key["Status"] == "Inactive"))
}

fn denied_inline(script: &Script) -> Result<bool> {
    Ok(script.rights()?.to_string().contains(INLINE))
}

/// Somebody takes the deny off.
fn let_go(script: &Script, inline: bool) -> Result<()> {
    if !inline {
        return script.pardon();
    }
    let user = &script.caller().user;
    let delete = ["iam", "delete-user-policy", "--user-name", user, "--policy-name", INLINE];
    script.administrator().run(&delete).map(drop)
}
