//! Watches: the SSM parameters that tell the filter of guards.

use std::collections::HashMap;

use aws_sdk_ssm::types::{ParameterType, ResourceTypeForTagging, Tag as SdkTag};

use crate::chain::WatchParameter;

use super::answers::Tags;
use super::error::{Called, absent, present};
use super::retry::{PROPAGATION, retry};
use super::{Context, Error, Observed, Site, mark};

const ABSENT: &[&str] = &["ParameterNotFound"];
const BY_PATH: &str = "ssm:GetParametersByPath";

/// All parameters directly under a path, by name.
async fn list(site: &Site, path: &str) -> Result<HashMap<String, String>, Error> {
    let (mut all, mut next) = (HashMap::new(), None);
    loop {
        let request = site.ssm.get_parameters_by_path().path(path).set_next_token(next);
        let answer = request.send().await.called("ssm:GetParametersByPath", &site.at)?;
        let found = present(answer.parameters, "Parameters", BY_PATH, &site.at)?;
        for parameter in found {
            let name = present(parameter.name, "Name", BY_PATH, &site.at)?;
            all.insert(name, present(parameter.value, "Value", BY_PATH, &site.at)?);
        }
        next = answer.next_token.filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(all);
        }
    }
}

fn path(name: &str) -> &str {
    name.rsplit_once('/').map_or("/", |(path, _)| path)
}

/// The watch of that name as JSON; `None` if there is none.
///
/// # Errors
/// If AWS refuses.
pub(crate) async fn read_watch(site: &Site, name: &str) -> Result<Option<String>, Error> {
    let path = path(name);
    let all = site.seen.watches.about(path).get(|| list(site, path)).await?;
    Ok(all.get(name).cloned())
}

pub(super) async fn observe(context: &Context<'_>, want: &WatchParameter) -> Result<Observed, Error> {
    let Some(have) = read_watch(context.site, &want.name).await? else {
        return Ok(Observed::Absent);
    };
    let asked = || tags(context, want);
    let tags = super::tags::of(context.site, context.mark, context.object, asked).await?.unwrap_or_default();
    if !mark::is_ours(&tags, context.mark) {
        return Ok(Observed::Foreign);
    }
    let mut drift = Vec::new();
    if have != want.value {
        drift.push("what it tells the filter differs".to_owned());
    }
    drift.extend(mark::drift(&tags, context));
    Ok(Observed::ours(drift))
}

async fn tags(context: &Context<'_>, want: &WatchParameter) -> Result<Option<Tags>, Error> {
    let request = context.site.ssm.list_tags_for_resource().resource_type(ResourceTypeForTagging::Parameter);
    let answer = request.resource_id(&want.name).send().await;
    let gone = &["ParameterNotFound", "InvalidResourceId"];
    let answer = absent(answer.called("ssm:ListTagsForResource", &context.site.at), gone)?;
    let tags = answer.and_then(|answer| answer.tag_list);
    Ok(tags.map(|tags| tags.into_iter().map(|tag| (tag.key, tag.value)).collect()))
}

pub(super) async fn put(context: &Context<'_>, want: &WatchParameter, exists: bool) -> Result<(), Error> {
    let have = if exists { read_watch(context.site, &want.name).await? } else { None };
    if have.as_ref() != Some(&want.value) {
        put_parameter(context, want, exists).await?;
    }
    if exists { retag(context, want).await } else { Ok(()) }
}

async fn put_parameter(context: &Context<'_>, want: &WatchParameter, exists: bool) -> Result<(), Error> {
    let busy = |error: &Error| error.is(&["TooManyUpdates"]);
    let put = retry(PROPAGATION, busy, || async {
        let request = context.site.ssm.put_parameter().name(&want.name).value(&want.value);
        let request = request.r#type(ParameterType::String);
        let request = request.description("What guard's filter must know of a guarded user");
        // SSM takes tags with a new parameter only (PutParameter, `Overwrite`).
        let request = match exists {
            true => request.overwrite(true),
            false => request.set_tags(Some(sdk_tags(&mark::tags(context)))),
        };
        request.send().await.called("ssm:PutParameter", &context.site.at)
    })
    .await;
    match put {
        // An answer that was lost: the SDK has sent the request again. What another guard has put is another text.
        Err(error) if error.is(&["ParameterAlreadyExists"]) && is_put(context, want).await? => Ok(()),
        put => put.map(drop),
    }
}

/// Whether the parameter is there as it should be.
async fn is_put(context: &Context<'_>, want: &WatchParameter) -> Result<bool, Error> {
    let (site, path) = (context.site, path(&want.name));
    let all = site.seen.watches.about(path).fresh(|| list(site, path)).await?;
    Ok(all.get(&want.name) == Some(&want.value))
}

async fn retag(context: &Context<'_>, want: &WatchParameter) -> Result<(), Error> {
    let (ssm, at) = (&context.site.ssm, &context.site.at);
    let have = tags(context, want).await?.unwrap_or_default();
    let (set, surplus) = mark::difference(&have, context.mark, context.object);
    if !set.is_empty() {
        let request = ssm.add_tags_to_resource().resource_type(ResourceTypeForTagging::Parameter);
        let request = request.resource_id(&want.name).set_tags(Some(sdk_tags(&set)));
        request.send().await.called("ssm:AddTagsToResource", at)?;
    }
    if !surplus.is_empty() {
        let request = ssm.remove_tags_from_resource().resource_type(ResourceTypeForTagging::Parameter);
        let request = request.resource_id(&want.name).set_tag_keys(Some(surplus));
        request.send().await.called("ssm:RemoveTagsFromResource", at)?;
    }
    Ok(())
}

fn sdk_tags(tags: &Tags) -> Vec<SdkTag> {
    let tag = |(key, value): (&String, &String)| SdkTag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect::<Result<_, _>>().expect("every tag here has a key and a value")
}

pub(super) async fn remove(context: &Context<'_>, want: &WatchParameter) -> Result<(), Error> {
    let gone = context.site.ssm.delete_parameter().name(&want.name).send().await;
    absent(gone.called("ssm:DeleteParameter", &context.site.at), ABSENT)?;
    Ok(())
}
