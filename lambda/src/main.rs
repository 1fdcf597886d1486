//! `bootstrap`: what Lambda starts. The function's `Handler` setting says as which of the two.

use std::{
    env,
    process::ExitCode,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use guard_contract::Handler;
use guard_lambda::{
    VERSION,
    alarm::Alarm,
    clients::Configuration,
    filter::{
        self, Filter, FilterError, Forwarder, Reading, WatchStore, Watches, aws::Bucket, aws::Bus,
        aws::Parameters, metrics,
    },
    log::{self, Level},
    notify::{self, OwnAlarm},
    preview,
    replay::{self, Body, Source},
    responder::{Responder, ResponderError, Settings, aws::Aws},
};
use lambda_runtime::{Context, Diagnostic, Error, LambdaEvent, run, service_fn};
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
    let details = json!({"handler": handler.name(), "version": VERSION});
    log::write(Level::Info, "cold start", &details);
    match handler {
        Handler::Filter => filter().await,
        Handler::Responder => responder().await,
    }
}

async fn filter() -> Result<(), Error> {
    let config = Configuration::from_environment()?;
    let settings = filter::Settings::from_environment()?;
    let bus = Bus::new(&config, settings.bus);
    let parameters = Parameters::new(&config);
    let watches = WatchStore::new(parameters, settings.watches);
    let filter = &Filter::new(Bucket::new(&config), bus.clone(), watches);
    let bus = &bus;
    let topics = &notify::aws::Topics::new(&config);
    let queues = &replay::aws::Queues::new(&config);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        let LambdaEvent { payload, context } = event;
        let handle = async |payload: &Value| {
            let (tally, outcome) = filter.handle(payload).await;
            println!("{}", metrics(&tally, &context.env_config.function_name, milliseconds()));
            outcome.map_err(|error: FilterError| failed(error.name(), &error))
        };
        if let Some(queue) = replay::asked(&payload) {
            return replayed(queues, queue, &context, Handler::Filter, async |body| match body {
                Body::Payload(payload) if replay::asked(&payload).is_some() => Ok(()),
                Body::Payload(payload) => handle(&payload).await.map_err(|error| error.error_message),
                // What the rule for the trail's files could not deliver.
                Body::Event(event) if event["source"] == filter::FILES => {
                    handle(&event).await.map_err(|error| error.error_message)
                }
                Body::Event(event) => put_again(bus, &event).await,
            })
            .await;
        }
        if Alarm::is(&payload) {
            let Reading { watches, refusal, .. } = filter.watches().read().await;
            if let Some(refusal) = refusal {
                return Err(failed("WatchesUnreadable", &refusal));
            }
            return health(topics, &payload, &watches, &context.invoked_function_arn).await;
        }
        handle(&payload).await.map(|()| Value::Null)
    }))
    .await
}

/// Tells an alarm on guard itself, at the hub.
async fn health(
    publisher: &impl notify::Publisher,
    payload: &Value,
    watches: &Watches,
    function: &str,
) -> Result<Value, Diagnostic> {
    let alarm = Alarm::parse(payload).map_err(|error| failed("UnknownEvent", &error))?;
    let is_known = |account: &str| watches.accounts().contains(account);
    let own = match OwnAlarm::of(&alarm, function, Handler::Filter, is_known) {
        Ok(own) => own,
        Err(why) => {
            alarm.refuse(&why);
            return Ok(Value::Null);
        }
    };
    let told = notify::health(publisher, &alarm, &own, &watches.topics()).await;
    told.map(|_| Value::Null).map_err(|error| failed("NotTold", &error))
}

/// Puts an event that was not delivered on the hub's bus once more.
async fn put_again(bus: &Bus, event: &Value) -> Result<(), String> {
    let event = replay::event_of(event).map_err(|error| error.to_string())?;
    let mut forwarder = Forwarder::new(bus);
    forwarder.add(event).await;
    let refused = forwarder.finish().await;
    match refused.codes.keys().next() {
        None => Ok(()),
        Some(code) => Err(format!("{code}: {}", refused.message.unwrap_or_default())),
    }
}

async fn responder() -> Result<(), Error> {
    let config = Configuration::from_environment()?;
    let settings = Settings::from_environment()?;
    let aws = Aws::new(&config, settings.log_group.clone());
    let responder = &Responder::new(aws, settings);
    let queues = &replay::aws::Queues::new(&config);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        let LambdaEvent { payload, context } = event;
        let handle = async |payload: &Value| {
            let outcome = responder.handle(payload, &context.invoked_function_arn).await;
            outcome.map(|_| ()).map_err(|error: ResponderError| failed(error.name(), &error))
        };
        if let Some(queue) = replay::asked(&payload) {
            return replayed(queues, queue, &context, Handler::Responder, async |body| match body {
                Body::Payload(payload) if replay::asked(&payload).is_some() => Ok(()),
                Body::Payload(payload) | Body::Event(payload) => {
                    handle(&payload).await.map_err(|error| error.error_message)
                }
            })
            .await;
        }
        handle(&payload).await.map(|()| Value::Null)
    }))
    .await
}

/// Replays a queue and answers what was done. A replay that failed itself is nothing to replay: what it was to do
/// is still in the queue.
async fn replayed(
    queues: &impl replay::Queue,
    queue: &str,
    context: &Context,
    handler: Handler,
    handle: impl AsyncFn(Body) -> Result<(), String>,
) -> Result<Value, Diagnostic> {
    let source = Source::of(queue, &context.invoked_function_arn, handler)
        .map_err(|error| failed("QueueRefused", &error))?;
    let handle = async |body: Body| {
        source.admit(&body).map_err(|error| error.to_string())?;
        handle(body).await
    };
    let deadline = context.deadline();
    let remaining = || deadline.duration_since(SystemTime::now()).unwrap_or(Duration::ZERO);
    match replay::replay(queues, queue, remaining, handle).await {
        Ok(report) => Ok(json!(report)),
        Err(error) => Err(failed("ReplayIncomplete", &error)),
    }
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
