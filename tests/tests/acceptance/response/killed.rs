//! A function that is killed at any of its calls: AWS tries again, and the end is the same.

use guard_tests::{Result, chain::Incident, cloud::Faults, effort};

use super::{Scene, topic};

/// So many points of each function are tried in CI.
const SAMPLE: usize = 3;

#[test]
fn a_filter_killed_at_any_call_ends_as_if_it_had_not_been() -> Result<()> {
    killed_at_any_call("guard-filter")
}

#[test]
fn a_responder_killed_at_any_call_ends_as_if_it_had_not_been() -> Result<()> {
    killed_at_any_call("guard-responder")
}

fn killed_at_any_call(function: &str) -> Result<()> {
    let Some(mut scene) = Scene::with("")? else { return Ok(()) };
    let topic = topic(&scene.edge(), "security")?;
    let more = |round: usize| format!("notify_topic_arns = [\"{topic}\"]\n  rearm = \"round {round}\"");
    scene.apply(&more(0))?;
    // How many calls there are.
    scene.world.cloud.strike(&Faults::none().of_function(format!("function:{function}")))?;
    leak_and_settle(&mut scene, &topic, 1)?;
    let calls = scene.world.cloud.struck()?.calls;
    assert!(calls > 0, "{function} made no call");
    let kinds = |call| ["kill_before", "kill_after"].map(|kind| format!("{function} {call} {kind}"));
    let points: Vec<String> = (1..=calls).flat_map(kinds).collect();
    scene.world.cloud.strike(&Faults::none())?;
    scene.apply(&more(points.len()))?;
    let points = effort::sample(points, SAMPLE);
    let mut told = incidents(&scene, &topic)?;
    for (round, point) in points.iter().enumerate() {
        let mut parts = point.split(' ');
        let [function, call, kind] = [(); 3].map(|()| parts.next().unwrap_or_default());
        let kind = if kind == "kill_before" { "kill_before" } else { "kill_after" };
        let at = call.parse().unwrap_or(1);
        scene.world.cloud.strike(&Faults::at(at, kind, 1).of_function(format!("function:{function}")))?;
        leak_and_settle(&mut scene, &topic, told + 1)?;
        let struck = scene.world.cloud.struck()?.struck;
        scene.world.cloud.strike(&Faults::none())?;
        let now = incidents(&scene, &topic)?;
        // Killed between a message and the note that it was sent: it is sent again rather than never.
        let operation = struck.first().map_or("", |strike| strike.operation.as_str());
        let in_between =
            matches!((operation, kind), ("Publish", "kill_after") | ("TagResource", "kill_before"));
        let allowed = if in_between { 2 } else { 1 };
        assert!(now - told <= allowed, "{point} ({operation}): told {} times", now - told);
        let (state, _) = scene.refreshed()?;
        assert_eq!(state["status"], "tripped", "{point}");
        told = now;
        scene.apply(&more(1000 + round))?;
        assert!(!scene.script.is_denied()?, "{point}");
        println!("{point} survived");
    }
    println!("killed: {} points", points.len());
    scene.end()
}

fn leak_and_settle(scene: &mut Scene, topic: &str, told: usize) -> Result<()> {
    scene.leak()?;
    scene.until_denied()?;
    scene
        .world
        .cloud
        .until("the topic being told", 120, |_| Ok((incidents(scene, topic)? >= told).then_some(())))?;
    scene.world.cloud.until_responders_end()?;
    // Until nothing is tried any more.
    let mut seen = usize::MAX;
    scene.world.cloud.until("the functions being done", 60, |cloud| {
        let now = Incident::all(cloud, &scene.guard)?.len();
        let done = now == seen;
        seen = now;
        std::thread::sleep(std::time::Duration::from_secs(3));
        Ok(done.then_some(()))
    })
}

/// How many incidents a topic was told of; that a killed function is an error, it is told as well.
fn incidents(scene: &Scene, topic: &str) -> Result<usize> {
    let said = scene.world.cloud.messages(topic)?;
    Ok(said
        .iter()
        .filter(|one| one.subject.as_deref().is_some_and(|it| it.starts_with("guard: denied")))
        .count())
}
