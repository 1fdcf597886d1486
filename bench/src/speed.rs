//! How fast objects are read, and in how much memory.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use clap::Args;
use guard_lambda::filter::{Kept, Reader, Repeats, Watches};
use serde_json::Value;

use crate::{
    Error, Result,
    contenders::{ALL, Contender},
    data::{Records, Set},
    plot,
    python::script,
    rounds::{median, timed},
    table::{Bar, Table},
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Python 3, for the function that people write today
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// A folder with CloudTrail's files, to make objects of real records as well
    #[arg(long)]
    corpus: Option<PathBuf>,
    /// Rounds, of which the median counts
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// Where to draw the speeds, as SVG
    #[arg(long)]
    plot: Option<PathBuf>,
}

/// Bytes that a chunk of S3's answer has, about.
const CHUNK: usize = 64 * 1024;
const PYTHON: &str = "a function in Python (gzip, json)";

/// Measures, shows, and fails if a bar is missed.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut all = vec![Records::generated()];
    if let Some(folder) = &arguments.corpus {
        all.extend(Records::of_folder(folder)?);
    }
    let mut table = Table::default();
    let mut drawn = Vec::new();
    let sets: Vec<Vec<Set>> = all.iter().map(Records::sets).collect();
    let mut times = times(&sets.iter().flatten().collect::<Vec<_>>(), arguments.rounds)?.into_iter();
    for (records, sets) in all.iter().zip(&sets) {
        for (set, times) in sets.iter().zip(&mut times) {
            let speeds = speeds(set, times, arguments)?;
            bars(&mut table, set, &speeds);
            drawn.push((set.name.clone(), speeds));
        }
        let huge = records.huge();
        let memory = memory(&huge)?;
        table.add("peak memory with one object of 80 MB", &huge.name, memory, " MB", Bar::AtMost(32.0));
    }
    if let Some(file) = &arguments.plot {
        fs::write(file, plot::speeds(&drawn)).map_err(Error::io(file.display().to_string()))?;
    }
    table.show();
    table.verdict()
}

/// One contender's.
pub(crate) struct Speed {
    pub(crate) name: &'static str,
    /// Megabytes of JSON a second; the median.
    pub(crate) speed: f64,
    /// How many times as fast the filter is; the median of the rounds, so that a round that the machine disturbs
    /// counts as one.
    filter: f64,
}
pub(crate) type Speeds = Vec<Speed>;

/// The times of every contender with every set.
///
/// Each round visits every set: a minute in which a neighbour disturbs the machine is then one round of each, which
/// medians leave out, and not all the rounds of one.
fn times(sets: &[&Set], rounds: usize) -> Result<Vec<Vec<Vec<Duration>>>> {
    let mut times = vec![vec![Vec::new(); ALL.len()]; sets.len()];
    for round in 1..=rounds {
        eprintln!("bench: round {round} of {rounds}");
        for (set, times) in sets.iter().zip(&mut times) {
            for ((name, contender), times) in ALL.iter().zip(times) {
                times.push(time(set, name, contender)?);
            }
        }
    }
    Ok(times)
}

fn time(set: &Set, name: &'static str, contender: &Contender) -> Result<Duration> {
    let read =
        || set.objects.iter().map(|object| contender(object)).sum::<std::result::Result<u64, String>>();
    // Who comes behind a small contender would find the caches warmer than who comes behind a large one.
    drop(read());
    let (kept, time) = timed(read);
    let kept = kept.map_err(|why| Error::Contender { contender: name.to_owned(), why })?;
    if kept != 0 && kept != set.kept {
        let set_name = set.name.clone();
        return Err(Error::Disagreement { contender: name, kept, set: set_name, expected: set.kept });
    }
    Ok(time)
}

fn speeds(set: &Set, times: Vec<Vec<Duration>>, arguments: &Arguments) -> Result<Speeds> {
    let speed = |time: Duration| set.bytes as f64 / 1e6 / time.as_secs_f64();
    let filter = times[0].clone();
    let mut speeds = Speeds::new();
    for ((name, _), times) in ALL.iter().zip(times) {
        let ratios =
            times.iter().zip(&filter).map(|(time, filter)| time.as_secs_f64() / filter.as_secs_f64());
        speeds.push(Speed { name, filter: median(ratios.collect()), speed: speed(median(times)) });
    }
    let python = python(set, arguments)?;
    let ratio = python.as_secs_f64() / median(filter).as_secs_f64();
    speeds.push(Speed { name: PYTHON, speed: speed(python), filter: ratio });
    Ok(speeds)
}

fn python(set: &Set, arguments: &Arguments) -> Result<Duration> {
    let folder = tempfile::tempdir().map_err(Error::io("a folder"))?;
    for (i, object) in set.objects.iter().enumerate() {
        fs::write(folder.path().join(format!("{i}.json.gz")), object).map_err(Error::io("an object"))?;
    }
    let script = script("filter.py");
    let mut command = Command::new(&arguments.python);
    command.arg(script).arg(arguments.rounds.to_string()).arg(folder.path());
    let output = command.output().map_err(Error::io("python"))?;
    let failed = |why: String| Error::Contender { contender: PYTHON.to_owned(), why };
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let said: Value = serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))?;
    let seconds = said["seconds"].as_array().into_iter().flatten().filter_map(Value::as_f64);
    Ok(median(seconds.map(Duration::from_secs_f64).collect()))
}

fn bars(table: &mut Table, set: &Set, speeds: &Speeds) {
    let [Speed { speed: filter, .. }, others @ ..] = &speeds[..] else { return };
    table.add("the filter", &set.name, *filter, " MB/s", Bar::None);
    let bars = match set.name.rsplit(", ").next().unwrap_or_default() {
        _ if !set.has_bars => [0.0; 4],
        "1.5 % kept" => [0.80, 0.42, 7.0, 8.0],
        "33 % kept" => [0.65, 0.0, 0.0, 0.0],
        "nothing kept" => [0.85, 0.0, 0.0, 0.0],
        // 20 µs an object where serde_json::Value takes 60.
        "small" => [0.0, 0.0, 3.0, 0.0],
        _ => [0.0; 4],
    };
    for (Speed { name, filter, .. }, bar) in others.iter().zip(bars) {
        let bar = if bar > 0.0 { Bar::AtLeast(bar) } else { Bar::None };
        table.add(&format!("  ÷ {name}"), &set.name, *filter, "", bar);
    }
    if set.objects.len() > 100 {
        let each = set.bytes as f64 / filter / set.objects.len() as f64;
        table.add("  CPU for each object", &set.name, each, " µs", Bar::None);
    }
}

/// The peak memory in MB of a process that reads the object as it comes.
fn memory(set: &Set) -> Result<f64> {
    let folder = tempfile::tempdir().map_err(Error::io("a folder"))?;
    let file = folder.path().join("huge.json.gz");
    fs::write(&file, set.objects.concat()).map_err(Error::io("an object"))?;
    let program = env::current_exe().map_err(Error::io("this program"))?;
    let output = Command::new(program).arg("once").arg(&file).output().map_err(Error::io("this program"))?;
    let kilobytes: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(f64::INFINITY);
    Ok(kilobytes / 1000.0)
}

/// Reads one object in chunks, and prints the process's peak memory.
pub(crate) fn once(object: &Path) -> Result<()> {
    use std::io::Read;

    let shown = object.display().to_string();
    let mut file = fs::File::open(object).map_err(Error::io(&*shown))?;
    let (watches, mut repeats, mut chunk) = (Watches::default(), Repeats::default(), vec![0; CHUNK]);
    let mut reader = Reader::new(&watches);
    let failed = |error: &dyn std::fmt::Display| Error::Contender {
        contender: "the filter".to_owned(),
        why: error.to_string(),
    };
    loop {
        let length = file.read(&mut chunk).map_err(Error::io(&*shown))?;
        if length == 0 {
            break;
        }
        let mut rest = &chunk[..length];
        let mut put = |kept: &Kept<'_>| drop(repeats.add(kept));
        while reader.step(&mut rest, &mut put).map_err(|error| failed(&error))? {}
    }
    reader.finish().map_err(|error| failed(&error))?;
    // The largest resident set so far (proc(5), `VmHWM`).
    let status = fs::read_to_string("/proc/self/status").map_err(Error::io("/proc/self/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("{}", peak.unwrap_or_default().trim().trim_end_matches(" kB"));
    Ok(())
}
