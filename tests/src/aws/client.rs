//! The processes that make the calls: the client of the local AWS, `tests/cloud/client`.

use std::{
    io::{self, BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Aws};
use crate::{Error, Result, paths};

/// As many processes as calls are made at the same time, but no more than these: further calls wait.
const MOST: usize = 4;

/// The processes. They end with this one, because their standard input ends then.
static POOL: Pool =
    Pool { state: Mutex::new(State { idle: Vec::new(), started: 0 }), given_back: Condvar::new() };

struct Pool {
    state: Mutex<State>,
    given_back: Condvar,
}

struct State {
    idle: Vec<Client>,
    /// Idle or not.
    started: usize,
}

/// A place in the pool with its process, if that runs; given back when it is dropped.
struct Place(Option<Client>);

#[derive(Debug)]
struct Client {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// What the client says of a call.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Result(Value),
    Refused { code: String, message: String },
    Failed(String),
}

/// What Python has to run.
pub(super) fn program() -> PathBuf {
    paths::root().join("tests/cloud/client")
}

/// Makes a call and says how AWS answered.
pub(super) fn call(caller: &Aws, args: &[&str]) -> Result<Answer> {
    let shown = format!("aws {}", args.join(" "));
    let mut place = POOL.take();
    let mut client = match place.0.take() {
        Some(client) => client,
        None => Client::start()?,
    };
    let line = client.ask(&request(caller, args)).map_err(Error::io(shown.clone()))?;
    // One that ended amid a call is not given back.
    place.0 = Some(client);
    drop(place);
    answer(&shown, &line)
}

/// The line that asks for a call.
fn request(caller: &Aws, args: &[&str]) -> Value {
    let keys = caller.keys.as_ref();
    json!({ "words": args, "caller": {
        "region": caller.region,
        "endpoint": caller.endpoint,
        "key": keys.map(|keys| &keys.id),
        "secret": keys.map(|keys| &keys.secret),
        "token": keys.map(|keys| &keys.token),
    }})
}

/// Reads the line that answers it.
fn answer(shown: &str, line: &str) -> Result<Answer> {
    match serde_json::from_str(line).map_err(Error::json(shown))? {
        Outcome::Result(value) => Ok(Answer::Allowed(value)),
        Outcome::Refused { code, message } => Ok(Answer::Refused { code, message }),
        Outcome::Failed(output) => {
            Err(Error::Command { command: shown.to_owned(), status: "no answer".to_owned(), output })
        }
    }
}

impl Pool {
    /// Takes an idle process, or the right to start one.
    fn take(&self) -> Place {
        let full = |state: &mut State| state.idle.is_empty() && state.started >= MOST;
        let waited = self.given_back.wait_while(self.state(), full);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        let client = state.idle.pop();
        if client.is_none() {
            state.started += 1;
        }
        Place(client)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = POOL.state();
        match self.0.take() {
            Some(client) => state.idle.push(client),
            None => state.started -= 1,
        }
        POOL.given_back.notify_one();
    }
}

impl Client {
    fn start() -> Result<Self> {
        let mut command = Command::new(paths::tool("python")?);
        command.arg(program()).arg("--serve");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(Error::io("starting the AWS client"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::Cloud("the AWS client has no pipes".to_owned()));
        };
        Ok(Self { child, input, output: BufReader::new(output) })
    }

    fn ask(&mut self, request: &Value) -> io::Result<String> {
        writeln!(self.input, "{request}")?;
        let mut line = String::new();
        match self.output.read_line(&mut line)? {
            0 => Err(io::Error::other("the AWS client ended; it may have printed why")),
            _ => Ok(line),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_and_message_of_a_refusal_are_read() {
        let line = r#"{"refused": {"code": "AccessDenied", "message": "User: x", "operation": "ListUsers"}}"#;
        let read = answer("aws iam list-users", line);
        assert!(
            matches!(&read, Ok(Answer::Refused { code, message }) if code == "AccessDenied" && message == "User: x"),
            "{read:?}"
        );
    }

    #[test]
    fn an_answer_that_is_nothing_is_still_an_answer() {
        let read = answer("aws events list-rules --query Rules[0]", r#"{"result": null}"#);
        assert!(matches!(&read, Ok(Answer::Allowed(Value::Null))), "{read:?}");
    }

    #[test]
    fn what_was_not_answered_is_an_error_that_names_the_call() {
        let read = answer("aws iam nothing", r#"{"failed": "iam has no operation 'nothing'"}"#);
        let said = read.map(drop).map_err(|error| error.to_string());
        let expected = "`aws iam nothing` ended with no answer\niam has no operation 'nothing'";
        assert_eq!(said, Err(expected.to_owned()));
    }

    #[test]
    fn a_caller_brings_its_own_key_and_endpoint() {
        let caller = Aws::with_key("http://127.0.0.1:1", "AKIA", "secret", "eu-west-1");
        let expected = json!({ "words": ["iam", "list-users"], "caller": {
            "region": "eu-west-1", "endpoint": "http://127.0.0.1:1",
            "key": "AKIA", "secret": "secret", "token": "",
        }});
        assert_eq!(request(&caller, &["iam", "list-users"]), expected);
        let nobodys = request(&Aws::of_environment("eu-west-1"), &[])["caller"].clone();
        assert!(nobodys["endpoint"].is_null() && nobodys["key"].is_null(), "{nobodys}");
    }
}
