//! AWS Control Tower's layout: the trail is the management account's, its bucket and so the hub another account's, and
//! keys begin with the organization's id.

use guard_tests::{
    Result,
    aws::Aws,
    chain::Guard,
    operators::Policies,
    script::{LEAK, Script, WORK, organization},
    world::{Block, World},
};
use serde_json::json;

const LOGS: &str = "333333333333";
const BUCKET: &str = "aws-controltower-logs-333333333333-us-east-1";
const MEMBER: &str = "222222222222";

/// An organization of that layout.
struct Landing {
    world: World,
    /// The administrator of the account with the bucket.
    logs: Aws,
    organization: String,
}

impl Landing {
    /// Makes the bucket, lets the trail write there, and equips who runs terraform for guards of three accounts.
    fn zone(world: World, block: &str) -> Result<Self> {
        let logs = world.cloud.administrator(LOGS);
        logs.run(&["s3api", "create-bucket", "--bucket", BUCKET])?;
        let organization = organization(&world.cloud)?;
        let update = ["cloudtrail", "update-trail", "--name", &world.cloud.ready().trail, "--s3-bucket-name"];
        let to = [BUCKET, "--s3-key-prefix", &organization];
        world.cloud.administrator(world.management()).run(&[&update[..], &to].concat())?;
        if world.can("denials") {
            let accounts = [MEMBER, LOGS, world.management()].map(str::to_owned);
            // Whoever makes the policies looks at the bucket first.
            world.cloud.equip(&Policies::of_anybody(&world.cloud))?;
            let policies = Policies::configured(&world.cloud, block, &accounts, &[])?;
            world.cloud.equip(&policies)?;
        }
        Ok(Self { world, logs, organization })
    }

    /// Somebody uses the script's key; the files come into the bucket.
    fn leak(&self, script: &mut Script) -> Result<()> {
        script.does(&LEAK[0])?;
        let prefix = format!("{}/", self.organization);
        script.deliver_to(&self.world.cloud, &self.logs, BUCKET, &prefix)?;
        self.world.cloud.until("the user being denied", 90, |_| Ok(script.is_denied()?.then_some(())))
    }
}

fn block() -> String {
    format!("  trail {{\n    bucket_account_id = \"{LOGS}\"\n  }}")
}

#[test]
fn users_of_every_account_are_guarded_from_the_log_archive() -> Result<()> {
    let Some(world) = World::that_can("events")? else { return Ok(()) };
    let zone = Landing::zone(world, &block())?;
    let world = &zone.world;
    let guards = [
        ("member", Guard::new(MEMBER, "eu-west-1", "backup")),
        ("management", Guard::new(world.management(), "us-east-1", "deploy")),
        ("archive", Guard::new(LOGS, "us-east-1", "audit")),
    ];
    let hire = |(_, guard): &(&str, Guard)| Script::hire(&world.cloud, &guard.account, &guard.user);
    let mut scripts = guards.iter().map(hire).collect::<Result<Vec<_>>>()?;
    let blocks: Vec<_> = guards.iter().map(|(name, guard)| Block::new(name, guard)).collect();
    world.configure_with(&block(), &blocks)?;
    world.apply()?;
    let chain = world.state("member")?["chain"].clone();
    let hub = chain.as_array().into_iter().flatten().filter(|object| object["place"] == "hub");
    assert!(hub.clone().count() > 10 && hub.clone().all(|object| object["account_id"] == LOGS), "{chain}");
    for script in &mut scripts {
        for action in &WORK {
            script.does(action)?;
        }
        zone.leak(script)?;
    }
    world.terraform.run(&["apply", "-refresh-only", "-auto-approve", "-input=false", "-no-color"])?;
    for (name, _) in &guards {
        assert_eq!(world.state(name)?["status"], "tripped", "{name}");
    }
    world.terraform.destroy()?;
    scripts.into_iter().try_for_each(Script::dismiss)?;
    world.empty()
}

#[test]
fn the_role_of_the_log_archive_is_the_one_that_the_block_names() -> Result<()> {
    let Some(world) = World::that_can("roles")? else { return Ok(()) };
    let role = format!("arn:aws:iam::{LOGS}:role/AWSControlTowerExecution");
    let block = format!("  trail {{\n    bucket_account_id = \"{LOGS}\"\n    role_arn = \"{role}\"\n  }}");
    let guard = Guard::new(MEMBER, "eu-west-1", "backup");
    world.hire(&guard)?;
    world.configure_with(&block, &[Block::new("backup", &guard)])?;
    let said = world.terraform.fails(&["plan", "-input=false", "-no-color"])?;
    assert!(said.contains(&format!("{role} can't be assumed")), "{said}");

    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": format!("arn:aws:iam::{}:root", world.management())},
    }]});
    let logs = world.cloud.administrator(LOGS);
    let create = ["iam", "create-role", "--role-name", "AWSControlTowerExecution"];
    logs.run(&[&create[..], &["--assume-role-policy-document", &trust.to_string()]].concat())?;
    let attach = ["iam", "attach-role-policy", "--role-name", "AWSControlTowerExecution", "--policy-arn"];
    logs.run(&[&attach[..], &["arn:aws:iam::aws:policy/AdministratorAccess"]].concat())?;
    let zone = Landing::zone(world, &block)?;
    zone.world.apply()?;
    let (_, requests) = zone.world.cloud.requests(0)?;
    let entered = requests.iter().filter(|request| request.operation == "AssumeRole").count();
    assert!(entered > 1, "the log archive and the member account");
    zone.world.terraform.destroy()?;
    let detach = ["iam", "detach-role-policy", "--role-name", "AWSControlTowerExecution", "--policy-arn"];
    logs.run(&[&detach[..], &["arn:aws:iam::aws:policy/AdministratorAccess"]].concat())?;
    logs.run(&["iam", "delete-role", "--role-name", "AWSControlTowerExecution"])?;
    zone.world.empty()
}

#[test]
fn without_the_block_the_error_names_it() -> Result<()> {
    let Some(world) = World::that_can("denials")? else { return Ok(()) };
    let zone = Landing::zone(world, &block())?;
    let guard = Guard::new(MEMBER, "eu-west-1", "backup");
    zone.world.hire(&guard)?;
    zone.world.configure(&[Block::new("backup", &guard)])?;
    let said = zone.world.terraform.fails(&["plan", "-input=false", "-no-color"])?;
    assert!(said.contains("in the block `trail` of the provider"), "{said}");
    zone.world.empty()
}
