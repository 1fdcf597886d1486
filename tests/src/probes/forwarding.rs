//! What the policy of a bus can know of an event that a rule forwards to it: guard's edges and relays let in one role of
//! the hub, and one source.
//!
//! A bus in the management account has a rule for each of the doors, which are buses in the member account that differ
//! in the condition of their policy. Each has a rule of its own that sends the door's name to a queue.

mod door;

use std::{
    collections::{BTreeMap, BTreeSet},
    thread::sleep,
};

use serde_json::{Value, json};

use super::{PREFIX, Probe, finding::Answer, made::Made, queue::Queue, site::Site};
use crate::{Error, Result, aws::Aws};
use door::{DOORS, Door};

pub(super) const PROBE: Probe = Probe {
    name: "forwarding",
    asks: "does an event that a rule forwards from bus to bus carry aws:PrincipalArn of the rule's role, and does \
           ForAnyValue:StringEquals hold on events:source?",
    expects: "a bus lets it in by either condition and by both, and refuses another role and another source",
    ask,
};

/// The source of the events.
const SOURCE: &str = "guardprobe";

fn ask(site: &Site<'_>, made: &mut Made) -> Result<Answer> {
    let (sender, receiver) = (site.management(), site.member()?);
    let member = &site.sandbox.member;
    let region = &site.sandbox.hub;
    let arrived = format!("arn:aws:events:{region}:{member}:rule/{PREFIX}-*");
    let arrived = Queue::make(site, made, (&receiver, member), &format!("{PREFIX}-arrived"), &arrived)?;
    let lost = format!("arn:aws:events:{region}:{}:rule/{PREFIX}-sender/*", site.management);
    let lost = Queue::make(site, made, (&sender, &site.management), &format!("{PREFIX}-lost"), &lost)?;

    let (doors, skipped): (Vec<_>, Vec<_>) =
        DOORS.iter().partition(|door| !site.is_local() || door.not_local.is_none());
    let name = format!("{PREFIX}-sender");
    bus(made, &sender, &name)?;
    let put = json!([{
        "Effect": "Allow",
        "Action": "events:PutEvents",
        "Resource": format!("arn:aws:events:{region}:{member}:event-bus/{PREFIX}-*"),
    }]);
    let role = site.role(made, &sender, &name, &json!({ "Service": "events.amazonaws.com" }), &put)?;
    for door in &doors {
        let bus = make_door(site, made, &receiver, door, &role, &arrived)?;
        let target = json!([{
            "Id": "door", "Arn": bus, "RoleArn": role, "DeadLetterConfig": { "Arn": lost.arn },
        }]);
        rule(site, made, &sender, &name, &door.bus(), &target)?;
    }
    let mut letters = BTreeMap::new();
    let opened = watch(site, &sender, &arrived, &lost, &doors, &mut letters)?;
    Ok(answer(&doors, &skipped, &opened, &letters))
}

fn bus(made: &mut Made, who: &Aws, name: &str) -> Result<()> {
    made.undo(who, &["events", "delete-event-bus", "--name", name]);
    who.run(&["events", "create-event-bus", "--name", name]).map(drop)
}

/// Makes a rule for the events, with one target.
fn rule(site: &Site<'_>, made: &mut Made, who: &Aws, bus: &str, rule: &str, target: &Value) -> Result<()> {
    let on = ["--event-bus-name", bus];
    let pattern = json!({ "source": [SOURCE] }).to_string();
    made.undo(who, &[&["events", "delete-rule", "--name", rule], &on[..]].concat());
    who.run(&[&["events", "put-rule", "--name", rule, "--event-pattern", &pattern], &on[..]].concat())?;
    let ids = ["--rule", rule, "--ids", "door"];
    made.undo(who, &[&["events", "remove-targets"], &ids[..], &on].concat());
    let targets = target.to_string();
    let put = ["events", "put-targets", "--rule", rule, "--targets", &targets];
    site.call_until_taken(who, &[&put[..], &on].concat()).map(drop)
}

/// Makes a door; its ARN.
fn make_door(
    site: &Site<'_>,
    made: &mut Made,
    who: &Aws,
    door: &Door,
    role: &str,
    arrived: &Queue,
) -> Result<String> {
    let name = door.bus();
    bus(made, who, &name)?;
    let arn = format!("arn:aws:events:{}:{}:event-bus/{name}", site.sandbox.hub, site.sandbox.member);
    let forwards =
        format!("arn:aws:events:{}:{}:rule/{PREFIX}-sender/{name}", site.sandbox.hub, site.management);
    let policy = door.policy(&arn, &site.management, role, &forwards).to_string();
    who.run(&["events", "put-permission", "--event-bus-name", &name, "--policy", &policy])?;
    let input = json!({ "door": door.name }).to_string();
    let target = json!([{ "Id": "door", "Arn": arrived.arn, "Input": input }]);
    rule(site, made, who, &name, &name, &target)?;
    Ok(arn)
}

/// Sends events until all doors have opened that have to; the names of those that have.
fn watch(
    site: &Site<'_>,
    sender: &Aws,
    arrived: &Queue,
    lost: &Queue,
    doors: &[&Door],
    letters: &mut BTreeMap<String, String>,
) -> Result<BTreeSet<String>> {
    let mut opened = BTreeSet::new();
    let mut look = |opened: &mut BTreeSet<String>| {
        let name = |body: &Value| body["door"].as_str().map(str::to_owned);
        opened.extend(arrived.bodies()?.iter().filter_map(name));
        letters.extend(lost.take()?.iter().map(letter));
        Ok::<_, Error>(())
    };
    let have_to: Vec<_> = doors.iter().filter(|door| door.opens == Some(true)).collect();
    site.until(|| {
        put_event(sender)?;
        look(&mut opened)?;
        Ok(have_to.iter().all(|door| opened.contains(door.name)).then_some(()))
    })?;
    // Everything is known everywhere now, or will not be: one more, for the doors that may open.
    put_event(sender)?;
    sleep(2 * site.patience.look);
    look(&mut opened)?;
    Ok(opened)
}

fn put_event(sender: &Aws) -> Result<()> {
    let entries = json!([{
        "Source": SOURCE, "DetailType": "Probe", "Detail": "{}", "EventBusName": format!("{PREFIX}-sender"),
    }]);
    let answer = sender.run(&["events", "put-events", "--entries", &entries.to_string()])?;
    if answer["FailedEntryCount"] == 0 { Ok(()) } else { Err(Error::Cloud(answer.to_string())) }
}

/// The rule of a dead letter, and AWS's reason.
fn letter(message: &Value) -> (String, String) {
    let said = |name: &str| message["MessageAttributes"][name]["StringValue"].as_str().unwrap_or_default();
    let rule = said("RULE_ARN").rsplit('/').next().unwrap_or_default().to_owned();
    (rule, format!("{}: {}", said("ERROR_CODE"), said("ERROR_MESSAGE")))
}

fn answer(
    doors: &[&Door],
    skipped: &[&Door],
    opened: &BTreeSet<String>,
    letters: &BTreeMap<String, String>,
) -> Answer {
    let (open, shut): (Vec<_>, Vec<_>) = doors.iter().partition(|door| opened.contains(door.name));
    let names = |doors: &[&&Door]| {
        let names: Vec<_> = doors.iter().map(|door| door.name).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let detail = |door: &&Door| {
        let outcome = match (opened.contains(door.name), letters.get(&door.bus())) {
            (true, None) => "let in".to_owned(),
            (true, Some(why)) => format!("let in, after a dead letter: {why}"),
            (false, None) => "not let in, without a dead letter".to_owned(),
            (false, Some(why)) => format!("not let in: {why}"),
        };
        format!("{} ({}): {outcome}", door.name, door.says)
    };
    Answer {
        is_expected: doors
            .iter()
            .all(|door| door.opens.is_none_or(|opens| opens == opened.contains(door.name))),
        text: format!("let in by {}; not let in by {}", names(&open), names(&shut)),
        details: doors.iter().map(detail).collect(),
        skipped: skipped
            .iter()
            .filter_map(|door| Some(format!("{} ({}): {}", door.name, door.says, door.not_local?)))
            .collect(),
    }
}
