//! The two functions. A newer provider updates their code in place, an older one leaves it alone, and no more than
//! that: anybody in the account may write a version into the tag.

use std::{collections::HashMap, time::Duration};

use aws_sdk_lambda::{
    operation::get_function::GetFunctionOutput,
    primitives::Blob,
    types::{Environment, FunctionCode, FunctionConfiguration, LastUpdateStatus, Runtime, State, VpcConfig},
};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, sleep},
};

use crate::artifact::{Artifact, NoArtifact};
use crate::chain::Function;

use super::answers::Tags;
use super::error::{Called, absent, present};
use super::retry::{FUNCTION, retry};
use super::{Context, Error, Observed, mark, role};

pub(super) const ABSENT: &[&str] = &["ResourceNotFoundException"];

/// The code goes up once at a time: in a request it takes several times its size of memory.
static UPLOAD: Semaphore = Semaphore::const_new(1);

async fn uploading() -> SemaphorePermit<'static> {
    UPLOAD.acquire().await.expect("the semaphore is never closed")
}

/// What Lambda says of a role that is too new, and of one that is gone: it can't assume it, or KMS can't give it a
/// grant for the key of environment variables, should there be some (hashicorp/aws#4633).
const UNSEEN_ROLE: &[&str] = &[
    "cannot be assumed by Lambda",
    "KMS key is invalid for CreateGrant",
    "does not refer to a valid principal",
];

/// What else passes by itself (hashicorp/aws, resource aws_lambda_function).
const PASSING: &[&str] = &["execution role does not have permissions", "throttled by EC2"];

fn says_any(error: &Error, texts: &[&str]) -> bool {
    texts.iter().any(|text| error.says("InvalidParameterValueException", text))
}

/// What Lambda says while a new role is not yet seen everywhere, or another change is on its way.
fn not_yet(error: &Error) -> bool {
    (error.is(&["ResourceConflictException"]) && !error.exists())
        || says_any(error, UNSEEN_ROLE)
        || says_any(error, PASSING)
}

async fn read(context: &Context<'_>, want: &Function) -> Result<Option<GetFunctionOutput>, Error> {
    let found = context.site.lambda.get_function().function_name(&want.name).send().await;
    absent(found.called("lambda:GetFunction", &context.site.at), ABSENT)
}

pub(super) async fn observe(context: &Context<'_>, want: &Function) -> Result<Observed, Error> {
    let found = context.site.seen.functions.about(&want.name).get(|| read(context, want)).await?;
    let Some(found) = &*found else {
        return Ok(Observed::Absent);
    };
    let have = configuration(context, found)?;
    let tags = shown_tags(context, found)?;
    if !mark::is_ours(&tags, context.mark) {
        return Ok(Observed::Foreign);
    }
    let version = tags.get(mark::ARTIFACT).cloned().unwrap_or_default();
    let mut drift = Vec::new();
    let Some(artifact) = context.artifact else {
        return Ok(Observed::Ours { drift, artifact: Some(version) });
    };
    if Artifact::is_newer(&version, artifact.version) {
        tracing::warn!(version, object = %context.object, "its code is newer than ours, and left as it is");
    } else if have.code_sha256() != Some(artifact.sha256.as_str()) {
        drift.push(if version == artifact.version {
            format!("its code is not that of artifact {version}")
        } else {
            format!("its artifact {version} is older than {}", artifact.version)
        });
    } else if version != artifact.version {
        drift.push(format!("its artifact is not marked as {}", artifact.version));
    }
    let role_id = role::id(context, want.role()).await?;
    drift.extend(differences(have, want, role_id.as_deref()));
    drift.extend(mark::lack(&tags, context));
    if is_stopped(found) {
        drift.push("it may not run: its reserved concurrency is 0".to_owned());
    }
    Ok(Observed::Ours { drift, artifact: Some(version) })
}

/// The function's tags. Lambda answers without them to a caller that may not list them (API reference, TagsError): a
/// function without tags would be taken for somebody else's.
fn shown_tags(context: &Context<'_>, found: &GetFunctionOutput) -> Result<Tags, Error> {
    if let Some(refused) = found.tags_error() {
        let call = "lambda:ListTags";
        return Err(Error::answer(call, &context.site.at, refused.message()));
    }
    Ok(found.tags().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect())
}

/// What Lambda says of the function itself.
fn configuration<'a>(
    context: &Context<'_>,
    found: &'a GetFunctionOutput,
) -> Result<&'a FunctionConfiguration, Error> {
    present(found.configuration(), "Configuration", "lambda:GetFunction", &context.site.at)
}

/// Whether Lambda refuses every invocation. Any other reservation is somebody's good reason.
fn is_stopped(found: &GetFunctionOutput) -> bool {
    let concurrency =
        found.concurrency().and_then(|concurrency| concurrency.reserved_concurrent_executions());
    concurrency == Some(0)
}

/// The description, with the unique id of the role that the function runs as.
///
/// A role that is made anew under its name is another principal, and the function's processes keep the credentials of
/// the one that was (IAM user guide, "IAM identifiers"). With the id in its configuration this shows, and the change
/// that puts it right gives the function new processes (Lambda developer guide, "Lambda function states").
fn described(want: &Function, role_id: &str) -> String {
    format!("{} (role {role_id})", want.description)
}

fn differences(have: &FunctionConfiguration, want: &Function, role_id: Option<&str>) -> Vec<String> {
    let mut drift = Vec::new();
    let mut differs = |what: &str, same: bool| {
        if !same {
            drift.push(format!("its {what} differs"));
        }
    };
    differs("handler", have.handler() == Some(want.handler.name()));
    differs("role", have.role() == Some(want.role_arn.as_str()));
    differs("memory", have.memory_size() == Some(want.memory_mb));
    differs("timeout", have.timeout() == Some(want.timeout_seconds));
    differs("runtime", have.runtime() == Some(&Runtime::Providedal2023));
    if have.last_update_status() == Some(&LastUpdateStatus::Failed) {
        drift.push(format!("its last update failed: {}", update_reason(have.last_update_status_reason())));
    }
    match role_id.map(|id| have.description() == Some(described(want, id).as_str())) {
        Some(true) => {}
        Some(false) => drift.push("its description does not have the id that its role has now".to_owned()),
        None => drift.push("its role is missing".to_owned()),
    }
    // They change what the AWS SDK does, and a role that is made anew can't read them (guard_contract::names).
    if has_environment(have) {
        drift.push("it has environment variables".to_owned());
    }
    // A layer can put itself before the code, a network without a way out keeps it from AWS.
    if !have.layers().is_empty() {
        drift.push("it has layers".to_owned());
    }
    if has_network(have) {
        drift.push("it is in a VPC".to_owned());
    }
    drift
}

fn update_reason(reason: Option<&str>) -> &str {
    reason.filter(|reason| !reason.is_empty()).unwrap_or("no reason given")
}

fn has_environment(have: &FunctionConfiguration) -> bool {
    // Lambda shows variables that it could not decrypt as an error in their place.
    have.environment().is_some_and(|environment| {
        environment.error().is_some()
            || environment.variables().is_some_and(|variables| !variables.is_empty())
    })
}

fn has_network(have: &FunctionConfiguration) -> bool {
    have.vpc_config().is_some_and(|network| !network.subnet_ids().is_empty())
}

fn no_environment() -> Environment {
    Environment::builder().set_variables(Some(HashMap::new())).build()
}

pub(super) async fn put(context: &Context<'_>, want: &Function, exists: bool) -> Result<(), Error> {
    let Some(artifact) = context.artifact else {
        return Err(Error::answer("lambda:CreateFunction", &context.site.at, NoArtifact.to_string()));
    };
    if exists { update(context, artifact, want).await } else { create(context, artifact, want).await }
}

fn tags(context: &Context<'_>, artifact: &Artifact) -> HashMap<String, String> {
    let mut tags = mark::tags(context);
    tags.insert(mark::ARTIFACT.to_owned(), artifact.version.to_owned());
    tags.into_iter().collect()
}

async fn create(context: &Context<'_>, artifact: &Artifact, want: &Function) -> Result<(), Error> {
    let (lambda, at) = (&context.site.lambda, &context.site.at);
    let role_id = role::new_id(context, want.role()).await?;
    // As a rule its role was made a moment ago, and Lambda would get the code only to say that it can't assume it.
    sleep(SETTLING).await;
    let since = Instant::now();
    let made = retry(FUNCTION, not_yet, || async {
        let _upload = uploading().await;
        let code = FunctionCode::builder().zip_file(Blob::new(artifact.zip)).build();
        let request = lambda.create_function().function_name(&want.name);
        let request = request.description(described(want, &role_id));
        let request = request.runtime(Runtime::Providedal2023).handler(want.handler.name());
        let request = request.role(&want.role_arn).code(code);
        let request = request.memory_size(want.memory_mb).timeout(want.timeout_seconds);
        let request = request.set_tags(Some(tags(context, artifact)));
        let made = request.send().await.called("lambda:CreateFunction", at);
        let unseen = made.as_ref().err().is_some_and(|error| says_any(error, UNSEEN_ROLE));
        if unseen && since.elapsed() > ROLES_SEEN {
            role::current_id(context, want.role()).await?;
        }
        made
    });
    if made.await?.state() == Some(&State::Active) {
        return Ok(());
    }
    ready(context, want).await
}

/// Puts right what differs and nothing else: the code is megabytes.
async fn update(context: &Context<'_>, artifact: &Artifact, want: &Function) -> Result<(), Error> {
    let (lambda, at) = (&context.site.lambda, &context.site.at);
    let found = context.site.seen.functions.about(&want.name).get(|| read(context, want)).await?;
    let Some(found) = &*found else { return create(context, artifact, want).await };
    let have = configuration(context, found)?;
    if is_stopped(found) {
        let request = lambda.delete_function_concurrency().function_name(&want.name);
        request.send().await.called("lambda:DeleteFunctionConcurrency", at)?;
    }
    let tagged = shown_tags(context, found)?;
    let version = tagged.get(mark::ARTIFACT).map(String::as_str);
    let is_newer = version.is_some_and(|version| Artifact::is_newer(version, artifact.version));
    if !is_newer && have.code_sha256() != Some(artifact.sha256.as_str()) {
        retry(FUNCTION, not_yet, || async {
            let _upload = uploading().await;
            let request = lambda.update_function_code().function_name(&want.name);
            let request = request.zip_file(Blob::new(artifact.zip));
            request.send().await.called("lambda:UpdateFunctionCode", at)
        })
        .await?;
        ready(context, want).await?;
    }
    // After the code: that of a development version before this one needs the environment variables.
    let role_id = role::new_id(context, want.role()).await?;
    if !differences(have, want, Some(&role_id)).is_empty() {
        configure(context, want, have, &role_id).await?;
    }
    let (mut due, _) = mark::difference(&tagged, context.mark, context.object);
    if !is_newer && version != Some(artifact.version) {
        due.insert(mark::ARTIFACT.to_owned(), artifact.version.to_owned());
    }
    if !due.is_empty() {
        let request = lambda.tag_resource().resource(context.object.arn());
        let request = request.set_tags(Some(due.into_iter().collect()));
        request.send().await.called("lambda:TagResource", at)?;
    }
    Ok(())
}

async fn configure(
    context: &Context<'_>,
    want: &Function,
    have: &FunctionConfiguration,
    role_id: &str,
) -> Result<(), Error> {
    let (lambda, at) = (&context.site.lambda, &context.site.at);
    retry(FUNCTION, not_yet, || async {
        let request = lambda.update_function_configuration().function_name(&want.name);
        let request = request.runtime(Runtime::Providedal2023).handler(want.handler.name());
        let request = request.role(&want.role_arn).description(described(want, role_id));
        let request = request.set_environment(has_environment(have).then(no_environment));
        let request = request.memory_size(want.memory_mb).timeout(want.timeout_seconds);
        let request = request.set_layers((!have.layers().is_empty()).then(Vec::new));
        let request = request.set_vpc_config(has_network(have).then(no_network));
        request.send().await.called("lambda:UpdateFunctionConfiguration", at)
    })
    .await?;
    ready(context, want).await
}

fn no_network() -> VpcConfig {
    VpcConfig::builder().set_subnet_ids(Some(Vec::new())).set_security_group_ids(Some(Vec::new())).build()
}

/// Waits until the function is active and its last update is through.
async fn ready(context: &Context<'_>, want: &Function) -> Result<(), Error> {
    let at = &context.site.at;
    sleep(SETTLING).await;
    let pending = |error: &Error| error.message == PENDING || error.is(ABSENT);
    retry(FUNCTION, pending, || async {
        let request = context.site.lambda.get_function_configuration().function_name(&want.name);
        let have = request.send().await.called("lambda:GetFunctionConfiguration", at)?;
        let update = have.last_update_status();
        match have.state() {
            Some(State::Failed) => {
                let reason = have.state_reason().unwrap_or("no reason given");
                let message = format!("function {} failed to start: {reason}", want.name);
                Err(Error::answer("lambda:GetFunctionConfiguration", at, message))
            }
            Some(State::Pending) => Err(Error::answer("lambda:GetFunctionConfiguration", at, PENDING)),
            _ if update == Some(&LastUpdateStatus::InProgress) => {
                Err(Error::answer("lambda:GetFunctionConfiguration", at, PENDING))
            }
            // It is the end of this update, and the function runs on as it was before (Lambda developer guide,
            // "Lambda function states").
            _ if update == Some(&LastUpdateStatus::Failed) => {
                let reason = update_reason(have.last_update_status_reason());
                let message = format!("the update of function {} failed: {reason}", want.name);
                Err(Error::answer("lambda:GetFunctionConfiguration", at, message))
            }
            _ => Ok(()),
        }
    })
    .await
}

/// After so long IAM itself knows every role that is there, though Lambda may not yet.
const ROLES_SEEN: Duration = Duration::from_secs(10);

/// No function is active sooner, and no new role can be assumed sooner, so nobody need ask.
const SETTLING: Duration = Duration::from_millis(300);

const PENDING: &str = "the function is not active yet";

pub(super) async fn remove(context: &Context<'_>, want: &Function) -> Result<(), Error> {
    let busy = |error: &Error| error.is(&["ResourceConflictException"]);
    retry(FUNCTION, busy, || async {
        let gone = context.site.lambda.delete_function().function_name(&want.name).send().await;
        absent(gone.called("lambda:DeleteFunction", &context.site.at), ABSENT)
    })
    .await?;
    Ok(())
}
