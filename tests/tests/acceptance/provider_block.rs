//! The provider block's arguments, as Terraform sends them: who the caller is, where AWS is, what is refused.

mod sources;

use guard_tests::{
    Result,
    chain::Guard,
    operators::Policies,
    world::{Block, World},
};
use serde_json::{Value, json};

const PLAN: [&str; 3] = ["plan", "-input=false", "-no-color"];
const VALIDATE: [&str; 2] = ["validate", "-no-color"];
/// Every service that guard calls, as hashicorp/aws names it.
const SERVICES: [&str; 12] = [
    "cloudtrail",
    "cloudwatch",
    "events",
    "iam",
    "lambda",
    "logs",
    "resourcegroupstaggingapi",
    "s3",
    "sns",
    "sqs",
    "ssm",
    "sts",
];

fn guard() -> Guard {
    Guard::new("222222222222", "eu-west-1", "backup")
}

/// A role in the caller's place, for a principal that may take these actions on it.
fn role_of_caller(world: &World, name: &str, actions: &Value, principal: &Value) -> Result<()> {
    let statement = json!({"Effect": "Allow", "Action": actions, "Principal": principal});
    let trust = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let create = ["iam", "create-role", "--role-name", name, "--assume-role-policy-document", &trust];
    let administrator = world.cloud.administrator(world.management());
    administrator.run(&create)?;
    let all = world.callers_policy();
    administrator.run(&["iam", "attach-role-policy", "--role-name", name, "--policy-arn", all])?;
    Ok(())
}

#[test]
fn the_wrong_account_is_refused_before_anything_else_is_asked() -> Result<()> {
    let world = World::new()?;
    world.hire(&guard())?;
    let management = world.management().to_owned();
    for (list, accounts) in
        [("allowed_account_ids", "999999999999"), ("forbidden_account_ids", management.as_str())]
    {
        world.configure_with(&format!("{list} = [\"{accounts}\"]"), &[Block::new("backup", &guard())])?;
        let (since, _) = world.cloud.requests(u64::MAX)?;
        let said = world.terraform.fails(&PLAN)?;
        assert!(said.contains(&format!("the credentials are of account {management}")), "{said}");
        assert!(said.contains(list) && said.contains("nothing was done"), "{said}");
        let asked: Vec<_> =
            world.cloud.requests(since)?.1.into_iter().map(|request| request.operation).collect();
        assert_eq!(asked, ["GetCallerIdentity"]);
    }
    world.empty()
}

#[test]
fn a_guard_is_built_by_what_the_block_says_and_not_the_environment() -> Result<()> {
    let mut world = World::new()?;
    world.hire(&guard())?;
    let management = world.management().to_owned();
    let administrator = world.cloud.administrator(&management);
    let actions = json!(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]);
    let root = json!({"AWS": format!("arn:aws:iam::{management}:root")});
    role_of_caller(&world, "pipeline", &actions, &root)?;

    let keys = format!("[management]\naws_access_key_id = {management}\naws_secret_access_key = any\n");
    world.terraform.write("keys", &keys)?;
    world.terraform.write("config", "[profile management]\nregion = eu-north-1\n")?;
    let endpoint = world.cloud.ready().endpoint.clone();
    let home = world.terraform.path().display().to_string();
    world.terraform.set("HOME", &home);
    // Nobody listens there, and these keys are another account's.
    for variable in
        ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SQS"]
    {
        world.terraform.set(variable, "http://127.0.0.1:9");
    }
    world.terraform.set("AWS_ACCESS_KEY_ID", "222222222222");
    world.terraform.set("HTTP_PROXY", "http://127.0.0.1:9");
    world.terraform.set("AWS_SDK_UA_APP_ID", "nightly");
    world.terraform.set("TF_APPEND_USER_AGENT", "Jenkins/7");

    let endpoints: Vec<_> =
        SERVICES.iter().map(|service| format!("    {service} = \"{endpoint}\"")).collect();
    let block = format!(
        r#"  profile                  = "management"
  shared_config_files      = ["~/config"]
  shared_credentials_files = ["~/keys"]
  allowed_account_ids      = ["{management}"]
  max_retries              = 3
  retry_mode               = "adaptive"
  skip_metadata_api_check  = true
  user_agent               = ["Pipeline/3"]
  assume_role {{
    role_arn            = "arn:aws:iam::{management}:role/pipeline"
    session_name        = "nightly"
    duration            = "1h"
    external_id         = "any"
    policy              = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Action = "*", Resource = "*" }}] }})
    policy_arns         = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    tags                = {{ team = "security" }}
    transitive_tag_keys = ["team"]
    source_identity     = "somebody"
  }}
  endpoints {{
{}
  }}"#,
        endpoints.join("\n")
    );
    world.configure_with(&block, &[Block::new("backup", &guard())])?;
    if world.can("denials") {
        let said = world.terraform.fails(&PLAN)?;
        assert!(said.contains("is not authorized to perform: sts:SetSourceIdentity"), "{said}");
        hand_on(&world, &management)?;
    }
    let (since, _) = world.cloud.requests(u64::MAX)?;
    world.apply()?;
    let (_, requests) = world.cloud.requests(since)?;
    let version = env!("CARGO_PKG_VERSION");
    let products = format!("terraform-provider-guard/{version} Pipeline/3 Jenkins/7");
    for request in requests.iter().filter(|request| request.agent.contains("app/nightly")) {
        assert!(request.agent.contains(" Terraform/") && request.agent.ends_with(&products), "{request:?}");
    }
    let assumed = requests.iter().filter(|request| request.operation == "AssumeRole").count();
    assert!(assumed >= 2, "the block's role and the member account's: {assumed}");
    let asked = requests.iter().filter(|request| request.agent.contains("app/nightly")).count();
    assert!(asked > 50, "who built it? {asked}");
    world.terraform.destroy()?;
    administrator.run(&[
        "iam",
        "detach-role-policy",
        "--role-name",
        "pipeline",
        "--policy-arn",
        world.callers_policy(),
    ])?;
    if world.can("denials") {
        let names = ["--role-name", "pipeline", "--policy-name", "hands-on"];
        administrator.run(&[&["iam", "delete-role-policy"], &names[..]].concat())?;
    }
    administrator.run(&["iam", "delete-role", "--role-name", "pipeline"])?;
    world.empty()
}

/// Gives the role what `guard_permissions` says where the block hands on a source identity and tags.
fn hand_on(world: &World, management: &str) -> Result<()> {
    let block = format!(
        "  assume_role {{\n    role_arn = \"arn:aws:iam::{management}:role/pipeline\"\n    source_identity = \"somebody\"\n    \
         tags = {{ team = \"security\" }}\n    transitive_tag_keys = [\"team\"]\n  }}"
    );
    let policies = Policies::configured(&world.cloud, &block, &[guard().account], &[])?;
    let document = policies.caller.to_string();
    let names = ["--role-name", "pipeline", "--policy-name", "hands-on"];
    let policy = [&["iam", "put-role-policy"], &names[..], &["--policy-document", &document]].concat();
    world.cloud.administrator(management).run(&policy).map(drop)
}

#[test]
fn what_is_wrong_is_said_with_its_place() -> Result<()> {
    let world = World::new()?;
    let validate = |provider: &str| {
        world.configure_with(provider, &[Block::new("backup", &guard())])?;
        world.terraform.fails(&VALIDATE)
    };
    let wrong = r#"  allowed_account_ids   = ["1234"]
  forbidden_account_ids = ["111111111111"]
  max_retries           = 2.5
  retry_mode            = "legacy"
  https_proxy           = "socks5://proxy"
  assume_role {
    role_arn = "arn:aws:iam::111111111111:role/x"
    duration = "5m"
  }
  endpoints {
    sts = "sts.example.com"
  }
  trail {
    bucket_account_id = "333333333333"
    bucket            = "Logs"
    role_arn          = "arn:aws:iam::222222222222:role/x"
  }"#;
    let said = validate(wrong)?;
    for part in [
        "Not an account id (allowed_account_ids)",
        "Allowed and forbidden accounts",
        "2.5 is not a whole number from 1 to 1000",
        "\"legacy\" is neither standard nor adaptive",
        "schemes http and https",
        "duration = \"5m\"",
        "15 minutes to 12 hours",
        "sts = \"sts.example.com\"",
        "\"Logs\" is not 3 to 63 lower-case letters",
        "is not a role of the bucket's account, 333333333333",
    ] {
        assert!(said.contains(part), "wanted \"{part}\" in:\n{said}");
    }
    assert_eq!(said.matches("Error: ").count(), 9, "{said}");

    let (since, _) = world.cloud.requests(u64::MAX)?;
    world.configure_with("custom_ca_bundle = \"/nowhere/ca.pem\"", &[Block::new("backup", &guard())])?;
    let said = world.terraform.fails(&PLAN)?;
    assert!(said.contains("`custom_ca_bundle` names the file /nowhere/ca.pem"), "{said}");

    // An address that only an apply would know.
    let unknown = "  endpoints {\n    sts = terraform_data.later.output\n  }\n}\n\
                   resource \"terraform_data\" \"later\" {\n  input = timestamp()\n";
    world.configure_with(unknown, &[Block::new("backup", &guard())])?;
    let said = world.terraform.fails(&PLAN)?;
    assert!(said.contains("`endpoints.sts` in the provider block depends on something"), "{said}");
    assert!(world.cloud.requests(since)?.1.is_empty(), "AWS was asked");
    Ok(())
}
