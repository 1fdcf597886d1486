//! Forged rules on a member account's bus: what is listed there is never believed.

use guard_contract::{Signal, UserPattern, user_rule};
use guard_tests::{
    Result,
    terraform::unwrapped,
    world::{Block, actions},
};
use serde_json::{Value, json};

use super::Neighbours;

const APPLY: &[&str] = &["apply", "-auto-approve", "-input=false", "-no-color"];

impl Neighbours {
    /// Puts a rule on the attacker's bus that says it guards that user.
    fn forge(&self, rule: &str, user_arn: &str, user: &str) -> Result<()> {
        let pattern = UserPattern {
            hub_account: self.world.management().to_owned(),
            account: self.attacked.account.clone(),
            user: user.to_owned(),
            signals: vec![Signal::AccessDenied],
        };
        let hub = format!("{}/{}", self.world.management(), self.world.hub());
        let record = json!({"guard": 1, "hub": hub, "user": user_arn, "topology": "relay"}).to_string();
        let put = ["events", "put-rule", "--event-bus-name", "guard-bus", "--name", rule];
        let what = ["--description", &record, "--event-pattern", &pattern.to_json()];
        self.world.at(&self.attacked).run(&[&put[..], &what[..]].concat()).map(drop)
    }

    /// Whom the responder of the attacker's account may deny.
    fn deniable(&self) -> Result<Value> {
        let get = ["iam", "get-role-policy", "--role-name", "guard-responder-eu-west-1"];
        let name = ["--policy-name", "guard-responder-eu-west-1"];
        let shown = self.world.at(&self.attacked).run(&[&get[..], &name[..]].concat())?;
        let statements = shown["PolicyDocument"]["Statement"].as_array().cloned().unwrap_or_default();
        let deny = statements.into_iter().find(|statement| statement["Sid"] == "DenyUsers");
        Ok(deny.map(|deny| deny["Resource"].clone()).unwrap_or_default())
    }
}

#[test]
fn a_rule_that_names_the_user_star_widens_no_policy() -> Result<()> {
    let neighbours = Neighbours::new()?;
    let before = neighbours.deniable()?;
    let account = &neighbours.attacked.account;
    let star = user_rule("guard-user-", account, "*");
    neighbours.forge(&star, "*", "*")?;
    neighbours.forge("guard-user-all", &format!("arn:aws:iam::{account}:user/*"), "*")?;
    let far = user_rule("guard-user-", account, "deploy");
    neighbours.forge(&far, "arn:aws:iam::333333333333:user/deploy", "deploy")?;

    let plan = neighbours.world.terraform.plan()?;
    assert!(!plan.changes, "{}", plan.output);
    let said = unwrapped(&plan.output);
    for rule in [star.as_str(), "guard-user-all", &far] {
        assert!(
            said.contains(&format!("Rule {rule} on bus guard-bus in account {account}, region")),
            "{said}"
        );
    }

    // Even a repair writes no policy for more than those whom guards stand for.
    let aws = neighbours.world.at(&neighbours.attacked);
    let name = ["--role-name", "guard-responder-eu-west-1", "--policy-name", "guard-responder-eu-west-1"];
    aws.run(&[&["iam", "delete-role-policy"], &name[..]].concat())?;
    neighbours.world.apply()?;
    assert_eq!(neighbours.deniable()?, before);
    Ok(())
}

#[test]
fn a_hundred_long_rules_keep_no_other_account_from_its_guard() -> Result<()> {
    let neighbours = Neighbours::new()?;
    let account = &neighbours.attacked.account;
    for number in 0..100 {
        // As long as a name may be.
        let user = format!("nobody-{number:0>57}");
        let user_arn = format!("arn:aws:iam::{account}:user/{user}");
        neighbours.forge(&user_rule("guard-user-", account, &user), &user_arn, &user)?;
    }
    neighbours.configure("signals = [\"access_denied\"]")?;
    let plan = neighbours.world.terraform.plan()?;
    assert_eq!(actions(&plan, "deploy"), ["update"]);
    let said = unwrapped(&plan.output);
    assert!(said.contains("in 222222222222/eu-west-1 would need a policy of"), "{said}");
    assert!(said.contains("guard-user-nobody-"), "it names no rule: {said}");

    neighbours.world.apply()?;
    assert_eq!(neighbours.world.state("deploy")?["signals"], json!(["access_denied"]));

    // A change in the place itself fails, by itself.
    neighbours.world.configure(&[
        Block::new("backup", &neighbours.attacked).with("mode = \"monitor\""),
        Block::new("deploy", &neighbours.other),
    ])?;
    let said = neighbours.world.terraform.fails(APPLY)?;
    assert!(said.contains("222222222222/eu-west-1/backup is not as planned"), "{said}");
    assert_eq!(neighbours.world.state("deploy")?["signals"].as_array().map(Vec::len), Some(4));
    Ok(())
}
