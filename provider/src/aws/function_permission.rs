//! Our statements in the functions' policies: who may invoke them.

use serde_json::Value;

use crate::chain::FunctionPermission;

use super::error::{Called, absent};
use super::function::ABSENT;
use super::retry::{PROPAGATION, retry};
use super::{Context, Error, Observed, Site, policy};

const ACTION: &str = "lambda:InvokeFunction";

/// A statement of a function's policy.
async fn statement(site: &Site, function: &str, sid: &str) -> Result<Option<Value>, Error> {
    let answer = site.seen.function_policies.about(function);
    let document = answer.get(|| async {
        let found = site.lambda.get_policy().function_name(function).send().await;
        let found = absent(found.called("lambda:GetPolicy", &site.at), ABSENT)?;
        Ok(found.and_then(|answer| answer.policy))
    });
    Ok(policy::find(document.await?.as_deref(), sid))
}

/// The ARN of what a statement lets invoke a function; `None` if there is no such statement.
pub(super) async fn source(site: &Site, function: &str, sid: &str) -> Result<Option<String>, Error> {
    let found = statement(site, function, sid).await?;
    Ok(found.and_then(|statement| condition(&statement, "aws:SourceArn")))
}

/// The source's ARN and account, wherever in the condition Lambda has put them.
fn condition(statement: &Value, key: &str) -> Option<String> {
    let operators = statement["Condition"].as_object()?;
    let find = |keys: &Value| {
        let keys = keys.as_object()?;
        let found = keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(key))?;
        found.1.as_str().or_else(|| found.1[0].as_str()).map(str::to_owned)
    };
    operators.values().find_map(find)
}

pub(super) async fn observe(context: &Context<'_>, want: &FunctionPermission) -> Result<Observed, Error> {
    let Some(have) = statement(context.site, &want.function, &want.sid).await? else {
        return Ok(Observed::Absent);
    };
    let principal = &have["Principal"];
    let principal = principal["Service"].as_str().or_else(|| principal.as_str());
    let same = have["Effect"] == "Allow"
        && have["Action"] == ACTION
        && principal == Some(want.principal)
        && condition(&have, "aws:SourceArn").as_deref() == Some(&want.source_arn)
        && condition(&have, "aws:SourceAccount") == want.source_account;
    Ok(Observed::ours(if same { Vec::new() } else { vec!["it lets in others than it should".to_owned()] }))
}

pub(super) async fn put(context: &Context<'_>, want: &FunctionPermission, exists: bool) -> Result<(), Error> {
    if exists {
        remove(context, want).await?;
    }
    let not_yet = |error: &Error| {
        !error.exists() && error.is(&["ResourceConflictException", "ResourceNotFoundException"])
    };
    retry(PROPAGATION, not_yet, || async {
        let request = context.site.lambda.add_permission().function_name(&want.function);
        let request = request.statement_id(&want.sid).action(ACTION).principal(want.principal);
        let request = request.source_arn(&want.source_arn).set_source_account(want.source_account.clone());
        request.send().await.called("lambda:AddPermission", &context.site.at)
    })
    .await?;
    Ok(())
}

pub(super) async fn remove(context: &Context<'_>, want: &FunctionPermission) -> Result<(), Error> {
    withdraw(context.site, &want.function, &want.sid).await
}

/// Takes a statement out of a function's policy.
pub(super) async fn withdraw(site: &Site, function: &str, sid: &str) -> Result<(), Error> {
    let request = site.lambda.remove_permission().function_name(function).statement_id(sid);
    absent(request.send().await.called("lambda:RemovePermission", &site.at), ABSENT)?;
    Ok(())
}
