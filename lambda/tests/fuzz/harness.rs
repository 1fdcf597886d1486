//! Runs a target: so many inputs, each checked; the first that fails is kept.

use std::{
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::{Path, PathBuf},
    time::Instant,
};

use fastrand::Rng;

/// Executions of a target if `GUARD_FUZZ` does not say otherwise: a few seconds of a debug build.
const EXECUTIONS: u64 = 20_000;

/// The numbers of a failure are told as `execution` and `seed`.
fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is not a number")))
}

/// Checks inputs that `grow` makes. Both draw from the same numbers, so that blocks and calls vary too. What `check`
/// answers is counted: how many inputs came as far as a comparison that could have failed.
pub(crate) fn run(
    target: &str,
    grow: impl Fn(&mut Rng) -> Vec<u8>,
    check: impl Fn(&[u8], &mut Rng) -> &'static str,
) {
    let seed = number("GUARD_FUZZ_SEED").unwrap_or_default();
    let executions = match number("GUARD_FUZZ_AT") {
        Some(at) => at..at + 1,
        None => 0..number("GUARD_FUZZ").unwrap_or(EXECUTIONS),
    };
    let started = Instant::now();
    let mut counts = std::collections::BTreeMap::<&str, u64>::new();
    for execution in executions.clone() {
        // Neighbouring numbers are not enough for this generator to start apart.
        let mut rng = Rng::with_seed((seed << 40 ^ execution).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let input = grow(&mut rng);
        match catch_unwind(AssertUnwindSafe(|| check(&input, &mut rng))) {
            Ok(outcome) => *counts.entry(outcome).or_default() += 1,
            Err(panic) => {
                let kept = keep(target, execution, &input);
                eprintln!(
                    "target {target}, GUARD_FUZZ_SEED={seed} GUARD_FUZZ_AT={execution}, input in {kept:?}:"
                );
                eprintln!("{}", String::from_utf8_lossy(&input));
                resume_unwind(panic);
            }
        }
    }
    let seconds = started.elapsed().as_secs_f32();
    println!("{target}: {} executions in {seconds:.1} s: {counts:?}", executions.end - executions.start);
}

/// Writes an input down.
fn keep(target: &str, execution: u64, input: &[u8]) -> PathBuf {
    let tests = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = tests.parent().unwrap_or(tests).join("fuzz");
    let file = folder.join(format!("{target}-{execution}.json"));
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&file, input));
    if let Err(error) = written {
        eprintln!("{}: {error}", file.display());
    }
    file
}

/// The files of a folder of seeds, by name.
pub(crate) fn seeds(folder: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a seed").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{}", folder.display());
    files.iter().map(|file| fs::read(file).expect("a seed")).collect()
}

/// Those of them that are JSON, and those parts of the samples that are records.
pub(crate) fn records() -> Vec<serde_json::Value> {
    let json = |bytes: Vec<u8>| serde_json::from_slice::<serde_json::Value>(&bytes).expect("JSON");
    let samples = seeds("samples").into_iter().map(|sample| json(sample)["record"].clone());
    samples.chain(seeds("fuzz/seeds/records").into_iter().map(json)).collect()
}
