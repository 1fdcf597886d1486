//! What the provider's process costs: memory, size, the time until it answers.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use guard_tests::paths;

use crate::{Error, Result};

/// By this a provider knows that terraform starts it (go-plugin's handshake, the same for all providers).
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// How often the start is measured; an odd number, for the median.
const STARTS: usize = 11;

/// How long to wait between two looks at a process's memory.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// The binary's size, in bytes.
pub(super) fn size(provider: &Path) -> Result<Option<u64>> {
    let found = fs::metadata(provider).map_err(Error::io("looking at the provider"))?;
    Ok(Some(found.len()))
}

/// From the start of the process to the line that says where it listens, the median of several, in
/// milliseconds. Terraform asks for the schema next, which needs no preparation.
pub(super) fn start(provider: &Path) -> Result<Option<u64>> {
    let mut times = (0..STARTS).map(|_| start_once(provider)).collect::<Result<Vec<_>>>()?;
    times.sort_unstable();
    Ok(u64::try_from(times[STARTS / 2].as_millis()).ok())
}

fn start_once(provider: &Path) -> Result<Duration> {
    let began = Instant::now();
    let mut command = Command::new(provider);
    command.env(COOKIE.0, COOKIE.1).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(Error::io("starting the provider"))?;
    let mut line = String::new();
    let read = child.stdout.take().map(|stdout| BufReader::new(stdout).read_line(&mut line));
    let took = began.elapsed();
    let _ = child.kill();
    let _ = child.wait();
    match read {
        Some(Ok(_)) if line.contains("|grpc|") => Ok(took),
        _ => Err(Error::Unexpected(format!("the provider's handshake was \"{}\"", line.trim_end()))),
    }
}

/// Waits for a terraform, which has to succeed; the most memory that one of its providers ever held, in bytes.
/// Nothing where there is no /proc.
pub(super) fn peak_memory(terraform: Child) -> Result<Option<u64>> {
    let parent = terraform.id();
    let end = thread::spawn(move || terraform.wait_with_output());
    let mut peak = None;
    while !end.is_finished() {
        peak = peak.max(providers_of(parent).into_iter().max());
        thread::sleep(BETWEEN_LOOKS);
    }
    let output = end.join().map_err(|_| Error::Unexpected("terraform could not be waited for".into()))?;
    let output = output.map_err(Error::io("waiting for terraform"))?;
    if output.status.success() {
        return Ok(peak);
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Error::Unexpected(format!("terraform ended with {}: {said}", output.status)))
}

/// The peak memory of each provider that is a child of this process, in bytes (proc(5): VmHWM).
fn providers_of(parent: u32) -> Vec<u64> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let statuses = processes.filter_map(|process| fs::read_to_string(process.path().join("status")).ok());
    statuses.filter_map(|status| peak_of(&status, parent)).collect()
}

fn peak_of(status: &str, parent: u32) -> Option<u64> {
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    // The kernel keeps 15 characters of a program's name.
    let ours = field("Name:").is_some_and(|name| name.len() > 9 && paths::PROVIDER.starts_with(name));
    if !ours || field("PPid:")?.parse() != Ok(parent) {
        return None;
    }
    let kilobytes: u64 = field("VmHWM:")?.strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_of_a_provider_is_read_and_nobody_elses() {
        let status = "Name:\tterraform-provi\nPPid:\t41\nVmPeak:\t 900000 kB\nVmHWM:\t   30000 kB\n";
        assert_eq!(peak_of(status, 41), Some(30_000 * 1024));
        assert_eq!(peak_of(status, 42), None);
        assert_eq!(peak_of(&status.replace("terraform-provi", "terraform"), 41), None);
    }
}
