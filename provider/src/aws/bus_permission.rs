//! Our statement in the policy of a bus that another account's role writes to.

use crate::chain::BusPermission;

use super::bus::ABSENT;
use super::error::{Called, absent};
use super::retry::{PROPAGATION, busy, retry};
use super::{Context, Error, Observed, policy};

async fn document(context: &Context<'_>, bus: &str) -> Result<Option<Option<String>>, Error> {
    let found = context.site.events.describe_event_bus().name(bus).send().await;
    let found = absent(found.called("events:DescribeEventBus", &context.site.at), ABSENT)?;
    Ok(found.map(|answer| answer.policy))
}

pub(super) async fn observe(context: &Context<'_>, want: &BusPermission) -> Result<Observed, Error> {
    let answer = context.site.seen.bus_policies.about(&want.bus);
    let found = answer.get(|| document(context, &want.bus)).await?;
    let Some(document) = &*found else {
        return Ok(Observed::Absent);
    };
    let sid = context.object.name();
    Ok(match policy::find(document.as_deref(), &sid) {
        None => Observed::Absent,
        Some(statement) if policy::same(&statement, &want.statement) => Observed::ours(Vec::new()),
        Some(_) => Observed::ours(vec!["it lets in others than the hub's forwarding role".to_owned()]),
    })
}

pub(super) async fn put(context: &Context<'_>, want: &BusPermission) -> Result<(), Error> {
    // PutPermission with a document replaces the bus's policy, so what others wrote goes along.
    retry(PROPAGATION, busy, || async {
        let is_new = context.site.new_buses().remove(&want.bus);
        let document = if is_new { None } else { document(context, &want.bus).await?.flatten() };
        let merged = policy::merged(document.as_deref(), &want.statement);
        let request = context.site.events.put_permission().event_bus_name(&want.bus).policy(merged);
        request.send().await.called("events:PutPermission", &context.site.at)
    })
    .await?;
    Ok(())
}

pub(super) async fn remove(context: &Context<'_>, want: &BusPermission) -> Result<(), Error> {
    retry(PROPAGATION, busy, || async {
        let request = context.site.events.remove_permission().event_bus_name(&want.bus);
        let gone = request.statement_id(context.object.name()).send().await;
        absent(gone.called("events:RemovePermission", &context.site.at), ABSENT)
    })
    .await?;
    Ok(())
}
