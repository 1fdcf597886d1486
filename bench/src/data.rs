//! Objects as CloudTrail writes them, from real records where a corpus is and from generated ones everywhere.

use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use fastrand::Rng;
use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
use guard_lambda::filter::{Watches, decide, read};
use serde_json::value::RawValue;

use crate::{Error, Result, generator};

/// Objects that are read together.
pub(crate) struct Set {
    /// Where the records are from, and how many of them are kept.
    pub(crate) name: String,
    /// Gzip files.
    pub(crate) objects: Vec<Vec<u8>>,
    /// Bytes of JSON in all of them.
    pub(crate) bytes: usize,
    /// Records that the filter keeps.
    pub(crate) kept: u64,
    /// Whether its speed has to reach the bars.
    pub(crate) has_bars: bool,
}

/// Records to make objects of.
pub(crate) struct Records {
    origin: &'static str,
    /// Those that the filter keeps.
    signals: Vec<String>,
    /// All others.
    others: Vec<String>,
    shapes: &'static [Shape],
    /// Whether their speed has to reach the bars: it is CloudTrail's files that the bars are about.
    has_bars: bool,
}

/// How large a set of objects is.
struct Shape {
    name: &'static str,
    /// Of a thousand records, how many are kept.
    kept: usize,
    objects: usize,
    /// Bytes of JSON of each.
    size: usize,
}

static SHAPES: [Shape; 4] = [
    Shape { name: "1.5 % kept", kept: 15, objects: 8, size: 4_200_000 },
    A_THIRD,
    Shape { name: "nothing kept", kept: 0, objects: 8, size: 4_200_000 },
    Shape { name: "small", kept: 15, objects: 2000, size: 12_000 },
];
const A_THIRD: Shape = Shape { name: "33 % kept", kept: 330, objects: 8, size: 4_200_000 };
/// The object that is too large for whoever reads it as a whole.
const HUGE: Shape = Shape { name: "huge", kept: 15, objects: 1, size: 80_000_000 };

impl Records {
    /// Made up, the same in every run.
    pub(crate) fn generated() -> Self {
        Self::sorted("generated", generator::records(&mut Rng::with_seed(11), 5000))
    }

    /// Those of a folder with CloudTrail's files, if there are any: as CloudTrail writes them, and as they are there.
    pub(crate) fn of_folder(folder: &Path) -> Result<Vec<Self>> {
        let mut files = Vec::new();
        if folder.is_dir() {
            find(folder, &mut files)?;
        }
        files.sort();
        let mut all = Vec::new();
        for file in files {
            let shown = file.display().to_string();
            let bytes = fs::read(&file).map_err(Error::io(&*shown))?;
            let mut text = String::new();
            // Odd files of a corpus are no matter of speed.
            if MultiGzDecoder::new(&bytes[..]).read_to_string(&mut text).is_ok() {
                all.extend(records(&text).unwrap_or_default());
            }
        }
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let real = all.iter().map(|record| written(record)).collect();
        // What people have exported again is not as CloudTrail writes, which costs the more, the more is parsed.
        let found = Self { shapes: &[A_THIRD], has_bars: false, ..Self::sorted("real as found", all) };
        Ok(vec![Self::sorted("real", real), found])
    }

    fn sorted(origin: &'static str, all: Vec<String>) -> Self {
        let watches = Watches::default();
        let is_kept =
            |record: &String| decide(record.as_bytes(), &watches).is_ok_and(|event| event.is_some());
        let (signals, others) = all.into_iter().partition(is_kept);
        Self { origin, signals, others, shapes: &SHAPES, has_bars: true }
    }

    /// The sets whose speed is measured.
    pub(crate) fn sets(&self) -> Vec<Set> {
        self.shapes.iter().map(|shape| self.set(shape)).collect()
    }

    /// One object of 80 MB.
    pub(crate) fn huge(&self) -> Set {
        self.set(&HUGE)
    }

    fn set(&self, shape: &Shape) -> Set {
        let mut random = Rng::with_seed(5);
        let (mut objects, mut bytes, mut kept) = (Vec::new(), 0, 0);
        for _ in 0..shape.objects {
            let mut text = String::from("{\"Records\":[");
            while text.len() < shape.size {
                let of = if random.usize(..1000) < shape.kept { &self.signals } else { &self.others };
                if let Some(record) = random.choice(of) {
                    if !text.ends_with('[') {
                        text.push(',');
                    }
                    text.push_str(record);
                }
            }
            text.push_str("]}");
            bytes += text.len();
            let object = gzip(text.as_bytes());
            kept += read(&object, &Watches::default()).1.kept;
            objects.push(object);
        }
        let name = format!("{}, {}", self.origin, shape.name);
        Set { name, objects, bytes, kept, has_bars: self.has_bars }
    }
}

/// As CloudTrail compresses, as far as its files tell.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

fn records(text: &str) -> Option<Vec<String>> {
    let document: std::collections::BTreeMap<&str, &RawValue> = serde_json::from_str(text).ok()?;
    let records: Vec<&RawValue> = serde_json::from_str(document.get("Records")?.get()).ok()?;
    Some(records.into_iter().map(|record| record.get().to_owned()).collect())
}

/// A record as CloudTrail writes it: without white space outside of strings.
fn written(record: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let is_written = |letter: &char| {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => in_string = !in_string,
            _ => return in_string || !letter.is_ascii_whitespace(),
        }
        true
    };
    record.chars().filter(is_written).collect()
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let shown = folder.display().to_string();
    for entry in fs::read_dir(folder).map_err(Error::io(&*shown))? {
        let path = entry.map_err(Error::io(&*shown))?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "gz") {
            files.push(path);
        }
    }
    Ok(())
}
