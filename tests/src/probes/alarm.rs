//! Whether an alarm of one account calls a function in another: the alarms of relays and edges call the filter.
//!
//! The function's code ends with an error, so that Lambda puts what it was called with into a queue.

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{PREFIX, Probe, finding::Answer, made::Made, queue::Queue, site::Site};
use crate::{Error, Result, aws::Aws, paths};

pub(super) const PROBE: Probe = Probe {
    name: "alarm",
    asks: "does an alarm of the member account call a function in the management account, whose policy lets the \
           service lambda.alarms.cloudwatch.amazonaws.com without conditions?",
    expects: "the function is called, and told the alarm's ARN and account",
    ask,
};

/// CloudWatch's alarms, as a principal.
const ALARMS: &str = "lambda.alarms.cloudwatch.amazonaws.com";
/// The name of the function, its role, its permission and the alarm.
const NAME: &str = "guardprobe-alarm";

fn ask(site: &Site<'_>, made: &mut Made) -> Result<Answer> {
    let (hub, member) = (site.management(), site.member()?);
    let none = format!("arn:aws:events:{}:{}:rule/none", site.sandbox.hub, site.management);
    let called = Queue::make(site, made, (&hub, &site.management), &format!("{PREFIX}-called"), &none)?;
    let function = make_function(site, made, &hub, &called)?;
    let alarm = make_alarm(made, &member, &function)?;

    let mut last = Value::Null;
    let payload = site.until(|| {
        for state in ["OK", "ALARM"] {
            let set = ["cloudwatch", "set-alarm-state", "--alarm-name", NAME, "--state-value", state];
            member.run(&[&set[..], &["--state-reason", PREFIX]].concat())?;
        }
        let bodies = called.bodies()?;
        last = bodies.last().cloned().unwrap_or_default();
        let mut payloads = bodies.into_iter().map(|mut body| body["requestPayload"].take());
        Ok(payloads.find(|payload| payload["alarmArn"] == alarm.as_str()))
    })?;
    let history = ["cloudwatch", "describe-alarm-history", "--alarm-name", NAME];
    let history = [&history[..], &["--history-item-type", "Action", "--max-items", "3"]].concat();
    let history = member.run(&history)?["AlarmHistoryItems"].clone();
    let summaries = history.as_array().into_iter().flatten().map(|item| item["HistorySummary"].clone());
    let mut details: Vec<_> =
        summaries.filter_map(|text| text.as_str().map(|text| format!("history: {text}"))).collect();
    let Some(payload) = payload else {
        details.push(format!("last message in the queue: {last}"));
        let text = "the function was not called".to_owned();
        return Ok(Answer { text, details, ..Answer::default() });
    };
    let is_expected = payload["accountId"] == site.sandbox.member.as_str();
    details.push(format!("payload: {payload}"));
    let text = format!("the function was called, and told the account {}", payload["accountId"]);
    Ok(Answer { is_expected, text, details, ..Answer::default() })
}

/// Makes the function; its ARN.
fn make_function(site: &Site<'_>, made: &mut Made, who: &Aws, called: &Queue) -> Result<String> {
    let service = json!({ "Service": "lambda.amazonaws.com" });
    let send = json!([{ "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": called.arn }]);
    let role = site.role(made, who, NAME, &service, &send)?;
    let folder = TempDir::with_prefix("guard-probe-").map_err(Error::io("making a folder"))?;
    let zip = pack_failing_code(folder.path())?;
    let of = ["--function-name", NAME];
    made.undo(who, &[&["lambda", "delete-function"], &of[..]].concat());
    let create = ["lambda", "create-function", "--runtime", "provided.al2023", "--handler", "none"];
    let code = ["--role", &role, "--zip-file", &zip];
    site.call_until_taken(who, &[&create[..], &code, &of].concat())?;
    let destination = json!({ "OnFailure": { "Destination": called.arn } }).to_string();
    let settings = ["lambda", "put-function-event-invoke-config", "--maximum-retry-attempts", "0"];
    let settings = [&settings[..], &["--destination-config", &destination], &of].concat();
    site.call_until_taken(who, &settings)?;
    let add = ["lambda", "add-permission", "--statement-id", NAME, "--action", "lambda:InvokeFunction"];
    site.call_until_taken(who, &[&add[..], &["--principal", ALARMS], &of].concat())?;
    Ok(format!("arn:aws:lambda:{}:{}:function:{NAME}", site.sandbox.hub, site.management))
}

/// Makes the alarm, on a metric that nobody writes; its ARN.
fn make_alarm(made: &mut Made, who: &Aws, function: &str) -> Result<String> {
    made.undo(who, &["cloudwatch", "delete-alarms", "--alarm-names", NAME]);
    let put = ["cloudwatch", "put-metric-alarm", "--alarm-name", NAME, "--alarm-actions", function];
    let metric = ["--namespace", PREFIX, "--metric-name", "None", "--statistic", "Sum", "--period", "60"];
    let bar = ["--evaluation-periods", "1", "--threshold", "1"];
    let compare = ["--comparison-operator", "GreaterThanOrEqualToThreshold"];
    let missing = ["--treat-missing-data", "ignore"];
    who.run(&[&put[..], &metric, &bar, &compare, &missing].concat())?;
    let ask = ["cloudwatch", "describe-alarms", "--alarm-names", NAME, "--query", "MetricAlarms[0].AlarmArn"];
    Ok(who.run(&ask)?.as_str().unwrap_or_default().to_owned())
}

/// Packs code that fails; the file, in the AWS CLI's words.
fn pack_failing_code(folder: &Path) -> Result<String> {
    let doing = || Error::io("packing the function's code");
    fs::write(folder.join("bootstrap"), "#!/bin/sh\nexit 1\n").map_err(doing())?;
    let mut zip = Command::new(paths::tool("python")?);
    zip.args(["-m", "zipfile", "-c", "code.zip", "bootstrap"]).current_dir(folder);
    let status = zip.status().map_err(doing())?;
    if !status.success() {
        let command = "python -m zipfile".to_owned();
        return Err(Error::Command { command, status: status.to_string(), output: String::new() });
    }
    Ok(format!("fileb://{}", folder.join("code.zip").display()))
}
