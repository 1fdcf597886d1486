//! Every call of create, update and destroy, with everything that can happen there.

use std::{
    sync::{Mutex, PoisonError},
    thread,
};

use guard_tests::{Error, Result, cloud::Strike, effort, world::World};

use crate::point::{EVENTS, OPERATIONS, Point};

/// How many points are tried at the same time: each waits for much of its time, and CI has two processors.
const AT_ONCE: usize = 3;

/// How many points a sample holds.
const SAMPLE: usize = 40;

#[test]
fn whatever_happens_at_any_call_the_state_is_true_and_the_next_run_converges() -> Result<()> {
    let Some(world) = World::that_can("faults")? else { return Ok(()) };
    let all = points(world)?;
    let (total, seed) = (all.len(), effort::seed());
    let queue = effort::sample(all, SAMPLE);
    let tried = queue.len();
    let (queue, failures) = (Mutex::new(queue), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| work(&queue, &failures));
        }
    });
    let failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!("fault matrix: {tried} of {total} points tried (seed {seed}), {} not survived", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    Ok(())
}

/// Every call of every operation with every event.
fn points(mut world: World) -> Result<Vec<Point>> {
    let mut all = Vec::new();
    for operation in OPERATIONS {
        let calls;
        (calls, world) = operation.calls(world)?;
        println!("fault matrix: {operation:?} makes {calls} calls");
        for event in EVENTS {
            all.extend((1..=calls).map(|call| Point { operation, event, call }));
        }
    }
    Ok(all)
}

fn work(queue: &Mutex<Vec<Point>>, failures: &Mutex<Vec<String>>) {
    let fail = |point: &Point, error: Error| {
        println!("{point}: NOT survived");
        let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.push(format!("{point}: {error}"));
    };
    let mut kept = None;
    loop {
        let Some(point) = queue.lock().unwrap_or_else(PoisonError::into_inner).pop() else { return };
        let world = kept.take().map_or_else(World::new, World::renewed);
        match world.map(|world| point.is_survived(world)) {
            Ok((world, Ok(struck))) => {
                println!("{point}: {}", survived(struck.as_ref()));
                kept = Some(world);
            }
            Ok((world, Err(error))) => {
                fail(&point, error);
                kept = Some(world);
            }
            Err(error) => fail(&point, error),
        }
    }
}

fn survived(struck: Option<&Strike>) -> String {
    match struck {
        Some(Strike { service, operation, .. }) => format!("{service}:{operation} survived"),
        // Calls run side by side, and so their number may differ by one or two.
        None => "no such call this time".to_owned(),
    }
}
