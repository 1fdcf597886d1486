//! What a script is known to do leaves everything silent, and anything else trips its guard.

use guard_tests::{
    Result,
    chain::{Incident, Totals},
};

use super::Scene;

const KNOWN: &str = "expected {\n    actions = [\"s3:List*\", \"s3:Get*\"]\n    source_ips = [\"203.0.113.0/24\"]\n    regions = [\"us-east-1\"]\n    user_agents = [\"aws-cli/*\"]\n  }";

#[test]
fn expected_work_leaves_the_filter_silent_and_one_record_outside_of_each_list_trips() -> Result<()> {
    let Some(mut scene) = Scene::with(KNOWN)? else { return Ok(()) };
    for _ in 0..10_000 {
        scene.script.notes(("s3", "ListBuckets"), |_| ())?;
    }
    scene.deliver_and_read()?;
    let totals = Totals::all(&scene.world.cloud)?;
    assert_eq!((totals.records, totals.kept), (10_000, 0));
    assert_eq!(Incident::all(&scene.world.cloud, &scene.guard)?.len(), 0);

    for (round, (outside, value)) in [
        ("eventName", "DeleteBucket"),
        ("sourceIPAddress", "198.51.100.7"),
        ("awsRegion", "eu-central-1"),
        ("userAgent", "curl/8.5.0"),
    ]
    .into_iter()
    .enumerate()
    {
        scene.script.notes(("s3", "ListBuckets"), |record| record[outside] = value.into())?;
        scene.deliver()?;
        scene.until_denied()?;
        let (state, _) = scene.refreshed()?;
        assert_eq!(state["tripped_signal"], "unexpected", "{outside}");
        scene.apply(&format!("{KNOWN}\n  rearm = \"round {round}\""))?;
    }
    scene.end()
}

#[test]
fn an_ignored_action_trips_nothing_and_a_broken_watch_is_an_alarm() -> Result<()> {
    let Some(mut scene) = Scene::with("ignored_actions = [\"sts:GetCallerIdentity\"]")? else {
        return Ok(());
    };
    scene.script.notes(("sts", "GetCallerIdentity"), |_| ())?;
    scene.deliver_and_read()?;
    assert_eq!(Totals::all(&scene.world.cloud)?.kept, 0);

    let state = scene.world.state("script")?;
    let watch = state["chain"].as_array().into_iter().flatten().find(|object| object["kind"] == "watch");
    let name = watch.and_then(|watch| watch["name"].as_str()).unwrap_or_default().to_owned();
    let hub = scene.world.cloud.administrator(scene.world.management());
    hub.run(&["ssm", "put-parameter", "--name", &name, "--value", "not a watch", "--overwrite"])?;
    scene.world.cloud.until("the alarm on watches that can't be read", 180, |cloud| {
        scene.script.notes(("s3", "ListBuckets"), |_| ())?;
        scene.script.deliver(cloud)?;
        let (_, hops) = cloud.trace(0)?;
        let alarm = |hop: &guard_tests::cloud::Hop| {
            hop.kind == "alarm_state"
                && hop.name.as_deref() == Some("guard-filter-watches")
                && hop.outcome.as_deref() == Some("ALARM")
        };
        std::thread::sleep(std::time::Duration::from_secs(3));
        Ok(hops.iter().any(alarm).then_some(()))
    })?;
    // In doubt it is contained: what was ignored is not known any more.
    scene.leak()?;
    scene.until_denied()?;
    scene.world.apply()?;
    scene.end()
}
