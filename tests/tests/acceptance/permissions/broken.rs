//! What nothing but a repair needs: a function of each account and its surroundings, as somebody has left them.

use guard_tests::{Result, aws::Aws, world::World};

use crate::drift::other_code;

const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
/// A trust that is not the function's.
const ANYBODY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#;

/// A function, with the statement of its policy and the role that get broken with it.
struct Place<'a> {
    account: &'a str,
    at: Aws,
    function: &'a str,
    statement: &'a str,
    role: String,
}

/// Breaks the filter, and the responder of a member account's region.
pub(super) fn everything(world: &World, member: &str, region: &str) -> Result<()> {
    other_code(world)?;
    let (hub, management) = (world.hub(), world.management());
    let filter = Place {
        account: management,
        at: world.cloud.administrator(management),
        function: "guard-filter",
        statement: "guard-bucket",
        role: format!("guard-filter-{hub}"),
    };
    let responder = Place {
        account: member,
        at: world.cloud.administrator(member).in_region(region),
        function: "guard-responder",
        statement: "guard-rules",
        role: format!("guard-responder-{region}"),
    };
    [filter, responder].iter().try_for_each(|place| place.breaks(world))
}

impl Place<'_> {
    fn breaks(&self, world: &World) -> Result<()> {
        let Self { account, at, function, statement, role } = self;
        let arn = format!("arn:aws:lambda:{}:{account}:function:{function}", at.region());
        let queue = format!("{}/{account}/guard-dead-letters", world.cloud.ready().endpoint);
        let zip = format!("fileb://{}", world.terraform.path().join("other.zip").display());
        for call in [
            format!(
                "lambda put-function-concurrency --function-name {function} --reserved-concurrent-executions 0"
            ),
            format!("lambda update-function-configuration --function-name {function} --timeout 1"),
            format!("lambda tag-resource --resource {arn} --tags guard:artifact=0.0.1"),
            format!("lambda update-function-code --function-name {function} --zip-file {zip}"),
            format!("lambda remove-permission --function-name {function} --statement-id {statement}"),
            format!(
                "lambda add-permission --function-name {function} --statement-id {statement} --action lambda:GetFunction --principal s3.amazonaws.com"
            ),
            format!("iam attach-role-policy --role-name {role} --policy-arn {READ_ONLY}"),
            format!(
                "iam put-role-permissions-boundary --role-name {role} --permissions-boundary {READ_ONLY}"
            ),
            format!("iam update-assume-role-policy --role-name {role} --policy-document {ANYBODY}"),
            format!("sqs set-queue-attributes --queue-url {queue} --attributes MessageRetentionPeriod=60"),
        ] {
            world.cloud.run_when_ready(at, &call.split(' ').collect::<Vec<_>>())?;
        }
        Ok(())
    }
}
