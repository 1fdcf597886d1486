//! A tripped user that goes on calling costs reading, and nothing else.

use guard_tests::{Result, chain::Totals};

use super::{Scene, topic};

const RECORDS: u64 = 100_000;
const FILES: u64 = 10;

#[test]
fn a_hundred_thousand_denials_are_one_incident() -> Result<()> {
    let Some(mut scene) = Scene::with("")? else { return Ok(()) };
    let topic = topic(&scene.edge(), "security")?;
    scene.apply(&format!("notify_topic_arns = [\"{topic}\"]"))?;
    for file in 0..FILES {
        for _ in 0..RECORDS / FILES {
            scene.script.notes(("iam", "ListUsers"), |record| record["errorCode"] = "AccessDenied".into())?;
        }
        scene.deliver()?;
        if file == 0 {
            scene.until_denied()?;
        }
    }
    scene.world.cloud.until("the filter reading all", 300, |cloud| {
        Ok((Totals::all(cloud)?.records == RECORDS).then_some(()))
    })?;
    assert_eq!(Totals::all(&scene.world.cloud)?.kept, RECORDS);
    let (_, hops) = scene.world.cloud.trace(0)?;
    let calls = hops.iter().filter(|hop| {
        hop.kind == "target" && hop.target.as_deref().is_some_and(|target| target.contains("guard-responder"))
    });
    // The first and the newest of each file, whatever the number.
    assert!(calls.clone().count() as u64 <= 2 * FILES, "{}", calls.count());
    assert_eq!(scene.world.cloud.messages(&topic)?.len(), 1);
    let (_, requests) = scene.world.cloud.requests(0)?;
    let attached = requests.iter().filter(|request| request.operation == "AttachUserPolicy");
    assert_eq!(attached.count(), 1);
    scene.end()
}
