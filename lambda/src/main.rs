//! `bootstrap`: what Lambda starts. The function's `Handler` setting says as which of the two.

use std::{
    env,
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use guard_contract::{BUS_VARIABLE, Handler, WATCHES_VARIABLE};
use guard_lambda::{
    VERSION, clients,
    filter::{Filter, FilterError, WatchStore, aws::Bucket, aws::Bus, aws::Parameters, metrics},
    log::{self, Level},
    preview,
    responder::{Responder, ResponderError, aws::Iam, aws::Rules},
};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

const USAGE: &str = "bootstrap is the program of guard's two AWS Lambda functions.
Lambda starts it with _HANDLER set to \"filter\" or \"responder\", a function's Handler setting.

By hand:
  bootstrap --version
  bootstrap scan [--watch FILE.json]... FILE.json.gz...
      what the filter would forward of CloudTrail's files; a watch is a guard's word on its user, such as
      {\"version\":1,\"account\":\"222222222222\",\"user\":\"backup\",\"expected\":{\"regions\":[\"eu-west-1\"]}}";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("--version") => println!("guard-lambda {VERSION}"),
        Some("--help") => println!("{USAGE}"),
        Some("scan") if arguments.len() > 1 => {
            let whole = preview::scan(&arguments[1..], &mut std::io::stdout().lock());
            return if whole.unwrap_or(false) { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        Some(_) => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
        None => return serve(),
    }
    ExitCode::SUCCESS
}

fn serve() -> ExitCode {
    let name = env::var("_HANDLER").unwrap_or_default();
    let Some(handler) = Handler::named(&name) else {
        eprintln!("there is no handler \"{name}\"\n\n{USAGE}");
        return ExitCode::from(2);
    };
    if let Err(error) = start(handler) {
        log::write(Level::Error, "function failed", &json!({"error": error.to_string()}));
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// One invocation at a time is all that Lambda gives a process, so one thread does.
#[tokio::main(flavor = "current_thread")]
async fn start(handler: Handler) -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let details = json!({"handler": handler.name(), "version": VERSION});
    log::write(Level::Info, "cold start", &details);
    match handler {
        Handler::Filter => filter().await,
        Handler::Responder => responder().await,
    }
}

async fn filter() -> Result<(), Error> {
    let config = clients::config()?;
    let arn = env::var(BUS_VARIABLE)
        .ok()
        .filter(|arn| !arn.is_empty())
        .ok_or(clients::MissingVariable(BUS_VARIABLE))?;
    let bus = Bus::new(aws_sdk_eventbridge::Client::new(&config), arn);
    let parameters = Parameters(aws_sdk_ssm::Client::new(&config));
    let watches = WatchStore::new(parameters, env::var(WATCHES_VARIABLE).ok());
    let filter = &Filter::new(Bucket(clients::s3(&config)), bus, watches);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        let (tally, outcome) = filter.handle(&event.payload).await;
        println!("{}", metrics(&tally, &event.context.env_config.function_name, milliseconds()));
        outcome.map_err(|error: FilterError| failed(error.name(), &error))
    }))
    .await
}

async fn responder() -> Result<(), Error> {
    let config = clients::config()?;
    let rules = Rules(aws_sdk_eventbridge::Client::new(&config));
    let responder = &Responder::new(Iam(aws_sdk_iam::Client::new(&config)), rules);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        let outcome = responder.handle(&event.payload, &event.context.invoked_function_arn).await;
        outcome.map(|_| ()).map_err(|error: ResponderError| failed(error.name(), &error))
    }))
    .await
}

fn failed(name: &str, error: &impl std::error::Error) -> Diagnostic {
    let error_message = error.to_string();
    log::write(Level::Error, "invocation failed", &json!({"type": name, "error": error_message}));
    Diagnostic { error_type: name.to_owned(), error_message }
}

fn milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
