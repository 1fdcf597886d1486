//! Our statements in the functions' policies: who may invoke them.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::Value;

use crate::chain::FunctionPermission;

use super::error::{Called, absent};
use super::function::ABSENT;
use super::retry::{PROPAGATION, retry};
use super::{Context, Error, Observed, Site, policy};

const ACTION: &str = "lambda:InvokeFunction";

/// A function's policy.
async fn document(site: &Site, function: &str) -> Result<Arc<Option<String>>, Error> {
    let answer = site.seen.function_policies.about(function);
    answer.get(|| read(site, function)).await
}

async fn read(site: &Site, function: &str) -> Result<Option<String>, Error> {
    let found = site.lambda.get_policy().function_name(function).send().await;
    let found = absent(found.called("lambda:GetPolicy", &site.at), ABSENT)?;
    Ok(found.and_then(|answer| answer.policy))
}

/// The ARN of what a statement lets invoke a function; `None` if there is no such statement.
pub(super) async fn source(site: &Site, function: &str, sid: &str) -> Result<Option<String>, Error> {
    let found = policy::find(document(site, function).await?.as_deref(), sid);
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
    let document = document(context.site, &want.function).await?;
    let replaced = replaced(document.as_deref(), want);
    let Some(have) = policy::find(document.as_deref(), &want.sid) else {
        return Ok(if replaced.is_empty() {
            Observed::Absent
        } else {
            Observed::ours(vec![MISSING.to_owned()])
        });
    };
    let mut drift = Vec::new();
    if !is_wanted(&have, want) {
        drift.push("it lets in others than it should".to_owned());
    }
    if !replaced.is_empty() {
        drift.push(format!("there is a statement for each account: {}", replaced.join(", ")));
    }
    Ok(Observed::ours(drift))
}

fn is_wanted(have: &Value, want: &FunctionPermission) -> bool {
    let principal = &have["Principal"];
    let principal = principal["Service"].as_str().or_else(|| principal.as_str());
    have["Effect"] == "Allow"
        && have["Action"] == ACTION
        && principal == Some(want.principal)
        && condition(have, "aws:SourceArn") == want.source_arn
        && condition(have, "aws:SourceAccount") == want.source_account
}

const MISSING: &str = "it is missing, beside statements for single accounts";

/// The `Sid`s of the statements for single accounts that a statement for all of them replaces.
fn replaced(document: Option<&str>, want: &FunctionPermission) -> Vec<String> {
    let Some(prefix) = &want.replaces else { return Vec::new() };
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let statements = policy::statements(document).into_iter();
    let sids = statements.filter_map(|statement| statement["Sid"].as_str().map(str::to_owned));
    sids.filter(|sid| sid.strip_prefix(prefix.as_str()).is_some_and(is_account)).collect()
}

pub(super) async fn put(context: &Context<'_>, want: &FunctionPermission, exists: bool) -> Result<(), Error> {
    if exists {
        // First, because the policy may have no room for another statement.
        let document = read(context.site, &want.function).await?;
        for sid in replaced(document.as_deref(), want) {
            withdraw(context.site, &want.function, &sid).await?;
        }
        if policy::find(document.as_deref(), &want.sid).is_some_and(|have| is_wanted(&have, want)) {
            return Ok(());
        }
        remove(context, want).await?;
    }
    let not_yet = |error: &Error| {
        !error.exists() && error.is(&["ResourceConflictException", "ResourceNotFoundException"])
    };
    let added = AtomicBool::new(false);
    retry(
        PROPAGATION,
        |error| not_yet(error) || error.message == NOT_SHOWN,
        || async {
            match add(context, want).await {
                Err(error) if error.exists() && added.load(Ordering::Relaxed) => {}
                outcome => outcome?,
            }
            added.store(true, Ordering::Relaxed);
            let document = read(context.site, &want.function).await?;
            match policy::find(document.as_deref(), &want.sid) {
                Some(have) if is_wanted(&have, want) => Ok(()),
                _ => Err(Error::answer("lambda:GetPolicy", &context.site.at, NOT_SHOWN)),
            }
        },
    )
    .await
}

/// Lambda may answer that a statement was added and lose it when another is written at the same moment, and it may show
/// one only after a while (hashicorp/aws, resource aws_lambda_permission): so it is read back, and added again where
/// it doesn't show; if it is there after all, Lambda says so.
const NOT_SHOWN: &str = "the function's policy doesn't show the statement that was added";

async fn add(context: &Context<'_>, want: &FunctionPermission) -> Result<(), Error> {
    let request = context.site.lambda.add_permission().function_name(&want.function);
    let request = request.statement_id(&want.sid).action(ACTION).principal(want.principal);
    let request =
        request.set_source_arn(want.source_arn.clone()).set_source_account(want.source_account.clone());
    request.send().await.called("lambda:AddPermission", &context.site.at).map(drop)
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
