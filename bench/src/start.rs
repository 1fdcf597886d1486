//! How soon a function asks for its first event: from its start to the first `next`, against a runtime API of ours.

use std::{
    env,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use clap::Args;

use crate::{
    Error, Result,
    python::script,
    rounds::median,
    table::{Bar, Table},
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// The artifact's program
    bootstrap: PathBuf,
    /// The artifact
    #[arg(long)]
    artifact: PathBuf,
    /// Python 3 with boto3, for the function that people write today
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// Rounds, of which the median counts
    #[arg(long, default_value_t = 15)]
    rounds: usize,
}

/// How long a start may take at all.
const PATIENCE: Duration = Duration::from_secs(20);
/// The path of the call that asks for an event (Lambda, "Using the Lambda runtime API").
const NEXT: &str = "/2018-06-01/runtime/invocation/next";

/// Measures, shows, and fails if a bar is missed.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let this = env::current_exe().map_err(Error::io("this program"))?;
    let script = script("function.py");
    let path = |path: &Path| path.display().to_string();
    let programs = [
        ("filter", vec![path(&arguments.bootstrap)]),
        ("responder", vec![path(&arguments.bootstrap)]),
        ("bare TCP", vec![path(&this), "floor".to_owned()]),
        ("a function in Python with boto3", vec![path(&arguments.python), path(&script)]),
    ];
    let mut times = vec![Vec::new(); programs.len()];
    for _ in 0..arguments.rounds {
        for ((handler, command), times) in programs.iter().zip(&mut times) {
            times.push(first_next(handler, command)?);
        }
    }
    let milliseconds: Vec<f64> = times.into_iter().map(|times| median(times).as_secs_f64() * 1e3).collect();
    let [filter, responder, floor, python] = milliseconds[..] else { return Ok(()) };
    let size = std::fs::metadata(&arguments.artifact).map_err(Error::io(path(&arguments.artifact)))?.len();
    let mut table = Table::default();
    table.add("first next of the filter", "", filter, " ms", Bar::None);
    table.add("  ÷ bare TCP", "", filter / floor, "", Bar::AtMost(2.0));
    table.add("  Python with boto3 ÷ the filter", "", python / filter, "", Bar::AtLeast(40.0));
    table.add("first next of the responder", "", responder, " ms", Bar::None);
    table.add("  ÷ bare TCP", "", responder / floor, "", Bar::AtMost(2.0));
    table.add("size of the artifact", "", size as f64 / 1e6, " MB", Bar::AtMost(3.0));
    table.show();
    table.verdict()
}

/// From a program's start to its first `next`.
fn first_next(handler: &str, command: &[String]) -> Result<Duration> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(Error::io("a port"))?;
    let address = listener.local_addr().map_err(Error::io("a port"))?.to_string();
    let [program, arguments @ ..] = command else { return Ok(Duration::ZERO) };
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.env_clear().envs(function(handler, &address));
    let begun = Instant::now();
    let mut child = command.spawn().map_err(Error::io(program))?;
    let outcome = asked(&listener, begun, &mut child, handler);
    // It waits for an event that never comes.
    let _ = child.kill();
    let _ = child.wait();
    outcome
}

fn asked(listener: &TcpListener, begun: Instant, child: &mut Child, handler: &str) -> Result<Duration> {
    listener.set_nonblocking(true).map_err(Error::io("a port"))?;
    let failed = |why: &str| Error::Contender { contender: handler.to_owned(), why: why.to_owned() };
    while begun.elapsed() < PATIENCE {
        match listener.accept() {
            Ok((mut stream, _)) => {
                stream.set_nonblocking(false).map_err(Error::io("a connection"))?;
                let mut head = [0; 1024];
                let length = stream.read(&mut head).map_err(Error::io("a connection"))?;
                let elapsed = begun.elapsed();
                let head = String::from_utf8_lossy(&head[..length]).into_owned();
                return if head.contains(NEXT) { Ok(elapsed) } else { Err(failed(&head)) };
            }
            Err(_) if child.try_wait().is_ok_and(|status| status.is_some()) => {
                return Err(failed("it ends before it asks for an event"));
            }
            Err(_) => std::thread::sleep(Duration::from_micros(20)),
        }
    }
    Err(failed("it does not ask for an event"))
}

/// What Lambda gives a function.
fn function(handler: &str, address: &str) -> Vec<(&'static str, String)> {
    let name = &format!("guard-{handler}");
    let group = &format!("/aws/lambda/{name}");
    [
        ("AWS_LAMBDA_RUNTIME_API", address),
        ("_HANDLER", handler),
        ("AWS_LAMBDA_FUNCTION_NAME", name),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", group),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "stream"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", "token"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

/// Asks for an event and waits.
pub(crate) fn floor() -> Result<()> {
    let address = env::var("AWS_LAMBDA_RUNTIME_API").unwrap_or_default();
    let mut stream = TcpStream::connect(&address).map_err(Error::io(&*address))?;
    let request = format!("GET {NEXT} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(Error::io(&*address))?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map(drop).map_err(Error::io(&*address))
}
