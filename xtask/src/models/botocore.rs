//! The models of the pinned botocore: one folder a service, in it one a version of its API.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use flate2::bufread::GzDecoder;
use serde_json::Value;

use crate::{Error, Result};

/// All models.
pub(crate) struct Models {
    data: PathBuf,
    /// botocore's version.
    pub(crate) version: String,
}

/// An error that a service's model knows.
pub(crate) struct Failure {
    /// What CloudTrail writes as `errorCode`.
    pub(crate) code: String,
    /// The HTTP status, where the model has one.
    pub(crate) status: Option<u64>,
}

/// What can be called at a service.
pub(crate) struct Operations {
    /// What its host name begins with, such as `runtime.lex`.
    pub(crate) endpoint: String,
    /// What requests are signed for, where that is not what the host name begins with.
    pub(crate) signing: Option<String>,
    /// The operations' names, sorted.
    pub(crate) names: BTreeSet<String>,
}

impl Models {
    /// The models of the botocore in the environment of that Python.
    pub(crate) fn of(python: &Path) -> Result<Self> {
        let environment = python.ancestors().nth(2).unwrap_or(Path::new("."));
        let packages = entries(&environment.join("lib"))?
            .into_iter()
            .map(|folder| folder.join("site-packages"))
            .find(|folder| folder.join("botocore/data").is_dir());
        let Some(packages) = packages else {
            return Err(Error::Unexpected(format!("no botocore in {}", environment.display())));
        };
        let version = entries(&packages)?.iter().find_map(|path| {
            let name = path.file_name()?.to_str()?;
            Some(name.strip_prefix("botocore-")?.strip_suffix(".dist-info")?.to_owned())
        });
        Ok(Self { data: packages.join("botocore/data"), version: version.unwrap_or_default() })
    }

    /// The errors of each service, of the newest version of its API.
    pub(crate) fn failures(&self) -> Result<BTreeMap<String, Vec<Failure>>> {
        self.newest(failures)
    }

    /// The operations of each service, of the newest version of its API.
    pub(crate) fn operations(&self) -> Result<BTreeMap<String, Operations>> {
        self.newest(operations)
    }

    fn newest<T>(&self, of: impl Fn(&Value) -> T) -> Result<BTreeMap<String, T>> {
        let mut all = BTreeMap::new();
        for service in entries(&self.data)? {
            let name = service.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let newest =
                service.is_dir().then(|| entries(&service)).transpose()?.and_then(|mut all| all.pop());
            let model = newest.map(|folder| folder.join("service-2.json.gz")).filter(|file| file.is_file());
            if let Some(model) = model {
                all.insert(name, of(&read(&model)?));
            }
        }
        Ok(all)
    }
}

fn operations(model: &Value) -> Operations {
    let text = |name: &str| model["metadata"][name].as_str().map(str::to_owned);
    let names = model["operations"].as_object().into_iter().flatten();
    Operations {
        endpoint: text("endpointPrefix").unwrap_or_default(),
        signing: text("signingName"),
        names: names.map(|(name, _)| name.clone()).collect(),
    }
}

fn failures(model: &Value) -> Vec<Failure> {
    let shapes = model["shapes"].as_object().into_iter().flatten();
    shapes
        .filter(|(_, shape)| shape["exception"] == true)
        .map(|(name, shape)| Failure {
            code: shape["error"]["code"].as_str().unwrap_or(name).to_owned(),
            status: shape["error"]["httpStatusCode"].as_u64(),
        })
        .collect()
}

fn read(file: &Path) -> Result<Value> {
    let open = File::open(file).map_err(Error::io(format!("reading {}", file.display())))?;
    let mut text = String::new();
    let mut unpacked = GzDecoder::new(BufReader::new(open));
    unpacked.read_to_string(&mut text).map_err(Error::io(format!("reading {}", file.display())))?;
    serde_json::from_str(&text).map_err(|error| Error::Unexpected(format!("{}: {error}", file.display())))
}

/// What is in a folder, sorted: versions are dates, so the newest is last.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = fs::read_dir(folder).map_err(Error::io(format!("reading {}", folder.display())))?;
    let mut all: Vec<PathBuf> = read.flatten().map(|entry| entry.path()).collect();
    all.sort();
    Ok(all)
}
