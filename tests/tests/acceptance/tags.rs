//! Tags: a guard's own, the provider's defaults, and those that others manage.

use guard_tests::{
    Result,
    chain::Guard,
    world::{Block, World, actions},
};
use serde_json::{Value, json};

const PLAN: [&str; 3] = ["plan", "-input=false", "-no-color"];

fn guard() -> Guard {
    Guard::new("222222222222", "eu-west-1", "backup")
}

fn defaults(tags: &str) -> String {
    format!("default_tags {{\n  tags = {{ {tags} }}\n}}")
}

/// The tags of what an EventBridge ARN ends so at the guard's place, but for guard's.
fn tags(world: &World, what: &str) -> Result<Value> {
    let Guard { account, region, .. } = guard();
    let arn = format!("arn:aws:events:{region}:{account}:{what}");
    let answer = world.at(&guard()).run(&["events", "list-tags-for-resource", "--resource-arn", &arn])?;
    let all = answer["Tags"].as_array().cloned().unwrap_or_default();
    let own = all.iter().filter_map(|tag| Some((tag["Key"].as_str()?, tag["Value"].clone())));
    Ok(own
        .filter(|(key, _)| !key.starts_with("guard:"))
        .map(|(key, value)| (key.to_owned(), value))
        .collect())
}

fn rule(world: &World) -> Result<String> {
    let answer = world.at(&guard()).run(&["events", "list-rules", "--event-bus-name", "guard-bus"])?;
    Ok(format!("rule/guard-bus/{}", answer["Rules"][0]["Name"].as_str().unwrap_or_default()))
}

fn bus(world: &World) -> Result<Value> {
    tags(world, "event-bus/guard-bus")
}

fn tag(world: &World, what: &str, key: &str, value: &str) -> Result<()> {
    let Guard { account, region, .. } = guard();
    let (arn, tag) =
        (format!("arn:aws:events:{region}:{account}:{what}"), format!("Key={key},Value={value}"));
    let call = ["events", "tag-resource", "--resource-arn", &arn, "--tags", &tag];
    world.at(&guard()).run(&call).map(drop)
}

#[test]
fn defaults_are_on_everything_and_a_guards_tags_go_before_them() -> Result<()> {
    let world = World::new()?;
    world.hire(&guard())?;
    let block = Block::new("backup", &guard());
    world.configure_with(
        &defaults("env = \"live\", team = \"any\""),
        &[block.clone().with("tags = { team = \"storage\" }")],
    )?;
    world.apply()?;
    let state = world.state("backup")?;
    assert_eq!(state["tags"], json!({"team": "storage"}));
    assert_eq!(state["tags_all"], json!({"env": "live", "team": "storage"}));
    let rule = rule(&world)?;
    assert_eq!(tags(&world, &rule)?, json!({"env": "live", "team": "storage"}));
    assert_eq!(bus(&world)?, json!({"env": "live", "team": "any"}));
    let role = ["iam", "list-role-tags", "--role-name", "guard-responder-eu-west-1"];
    assert!(world.at(&guard()).run(&role)?.to_string().contains("live"), "a role has them too");

    tag(&world, &rule, "owner", "siem")?;
    world.settled()?;
    world.configure_with(
        &defaults("env = \"live\", team = \"any\""),
        &[block.clone().with("tags = { stage = \"one\" }")],
    )?;
    let (since, _) = world.cloud.requests(u64::MAX)?;
    world.terraform.apply()?;
    let mut writes: Vec<String> = world
        .cloud
        .requests(since)?
        .1
        .into_iter()
        .filter_map(|request| {
            (request.is_the_providers() && request.is_write())
                .then(|| format!("{}:{}", request.service, request.operation))
        })
        .collect();
    writes.sort();
    // `team` is the default's again: set, not taken off.
    assert_eq!(writes, ["cloudwatch:TagResource", "events:TagResource", "ssm:AddTagsToResource"]);
    world.settled()?;
    assert_eq!(tags(&world, &rule)?, json!({"env": "live", "owner": "siem", "stage": "one", "team": "any"}));

    // Defaults that change or go: a guard's own objects follow, shared ones keep what is there.
    world.configure_with(&defaults("env = \"test\""), std::slice::from_ref(&block))?;
    assert_eq!(actions(&world.terraform.plan()?, "backup"), ["update"]);
    world.apply()?;
    assert_eq!(tags(&world, &rule)?, json!({"env": "test", "owner": "siem"}));
    assert_eq!(bus(&world)?, json!({"env": "test", "team": "any"}));

    // What somebody takes off comes back.
    let arn = format!("arn:aws:events:eu-west-1:222222222222:{rule}");
    for arn in [arn.as_str(), "arn:aws:events:eu-west-1:222222222222:event-bus/guard-bus"] {
        let call = ["events", "untag-resource", "--resource-arn", arn, "--tag-keys", "env"];
        world.at(&guard()).run(&call)?;
    }
    let plan = world.terraform.plan()?;
    assert!(plan.output.contains("its tags differ: env"), "{}", plan.output);
    world.apply()?;
    assert_eq!(bus(&world)?["env"], "test");
    world.destroy()
}

#[test]
fn two_states_with_other_defaults_leave_each_others_tags() -> Result<()> {
    let ours = World::new()?;
    let theirs = ours.colleague()?;
    let other = Guard { user: "report".into(), ..guard() };
    ours.hire(&guard())?;
    ours.hire(&other)?;
    ours.configure_with(&defaults("env = \"live\""), &[Block::new("backup", &guard())])?;
    theirs.configure_with(&defaults("env = \"test\", unit = \"7\""), &[Block::new("report", &other)])?;
    ours.apply()?;
    theirs.apply()?;
    assert_eq!(bus(&ours)?, json!({"env": "live", "unit": "7"}));
    ours.settled()?;
    theirs.settled()?;
    theirs.terraform.destroy()?;
    ours.settled()?;
    ours.destroy()
}

#[test]
fn a_tag_that_is_not_known_yet_makes_all_of_them_unknown() -> Result<()> {
    let world = World::new()?;
    world.hire(&guard())?;
    let block = Block::new("backup", &guard());
    let more = "tags = { team = terraform_data.team.output, stage = \"one\" }";
    let team = "}\nresource \"terraform_data\" \"team\" {\n  input = \"storage\"";
    let provider = format!("{}\n{team}", defaults("env = \"live\""));
    world.configure_with(&provider, &[block.clone().with(more)])?;
    world.apply()?;
    let all = json!({"env": "live", "stage": "one", "team": "storage"});
    assert_eq!(world.state("backup")?["tags_all"], all);
    world.configure_with(&provider.replace("storage", "platform"), &[block.with(more)])?;
    world.apply()?;
    assert_eq!(tags(&world, &rule(&world)?)?["team"], "platform");
    world.destroy()
}

#[test]
fn ignored_tags_are_neither_set_nor_removed_nor_imported() -> Result<()> {
    let mut world = World::new()?;
    world.hire(&guard())?;
    world.terraform.set("TF_AWS_DEFAULT_TAGS_env", "live");
    world.terraform.set("TF_AWS_IGNORE_TAGS_KEY_PREFIXES", "scan/");
    let block = Block::new("backup", &guard()).with("tags = { team = \"storage\", seen = \"never\" }");
    let ignored = "ignore_tags {\n  keys = [\"seen\"]\n}";
    world.configure_with(ignored, &[block])?;
    world.apply()?;
    let rule = rule(&world)?;
    tag(&world, &rule, "seen", "today")?;
    tag(&world, &rule, "scan/at", "noon")?;
    world.settled()?;
    world.terraform.run(&["state", "rm", "guard_iam_user.backup"])?;
    let block = Block::new("backup", &guard()).with("tags = { team = \"storage\" }");
    world.configure_with(ignored, &[block])?;
    world.terraform.import("guard_iam_user.backup", "222222222222/eu-west-1/backup")?;
    let state = world.state("backup")?;
    assert_eq!(state["tags"], json!({"team": "storage"}));
    assert_eq!(state["tags_all"], json!({"env": "live", "team": "storage"}));
    world.settled()?;
    let all = json!({"env": "live", "scan/at": "noon", "seen": "today", "team": "storage"});
    assert_eq!(tags(&world, &rule)?, all);
    world.destroy()
}

#[test]
fn tags_that_aws_or_guard_would_not_take_are_refused_by_name() -> Result<()> {
    let mut world = World::new()?;
    let block = Block::new("backup", &guard());
    for (provider, more, block_at_fault, why) in [
        ("", "tags = { \"guard:hub\" = \"x\" }", "resource \"guard_iam_user\"", "is reserved"),
        ("", "tags = { \"aws:x\" = \"x\" }", "resource \"guard_iam_user\"", "is reserved"),
        ("", "tags = { team = \"a;b\" }", "resource \"guard_iam_user\"", "character that AWS does not allow"),
        (
            "",
            "tags = { for i in range(31) : \"k${i}\" => \"v\" }",
            "resource \"guard_iam_user\"",
            "There are 31 tags",
        ),
        ("default_tags {\n  tags = { \"guard:x\" = \"x\" }\n}", "", "provider \"guard\"", "is reserved"),
        (
            "default_tags {\n  tags = { Env = \"x\", env = \"x\" }\n}",
            "",
            "provider \"guard\"",
            "in another case",
        ),
        (
            "default_tags {\n  tags = { for i in range(20) : \"d${i}\" => \"v\" }\n}",
            "tags = { for i in range(20) : \"k${i}\" => \"v\" }",
            "resource \"guard_iam_user\"",
            "There are 40 tags",
        ),
    ] {
        world.configure_with(provider, &[block.clone().with(more)])?;
        let said = world.terraform.fails(&PLAN)?;
        let named = said.contains(why) && said.contains(block_at_fault) && said.contains("tags = ");
        assert!(named, "{why}: {said}");
    }
    world.configure(&[block])?;
    world.terraform.set("TF_AWS_DEFAULT_TAGS_guard:x", "y");
    let said = world.terraform.fails(&PLAN)?;
    assert!(said.contains("TF_AWS_DEFAULT_TAGS_guard:x"), "{said}");
    Ok(())
}
