//! The control endpoints of the local AWS.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Cloud, Hop, Request};
use crate::{Error, Result, aws::Aws, chain::Guard};

#[derive(Deserialize)]
struct Requests {
    next: u64,
    requests: Vec<Request>,
}

#[derive(Deserialize)]
struct Trace {
    next: u64,
    hops: Vec<Hop>,
}

/// A message to a topic.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Message {
    /// Its subject.
    pub subject: Option<String>,
    /// What it says.
    pub message: String,
    /// The ARN of whoever published it.
    pub principal: String,
}

#[derive(Deserialize)]
struct Messages {
    messages: Vec<Message>,
}

impl Cloud {
    /// The requests from number `since` on, and the number of the next one.
    ///
    /// # Errors
    /// If the endpoint does not answer as it should.
    pub fn requests(&self, since: u64) -> Result<(u64, Vec<Request>)> {
        let answer: Requests = self.get(&format!("requests?since={since}"))?;
        Ok((answer.next, answer.requests))
    }

    /// What happened to events from number `since` on, and the number of the next one.
    ///
    /// # Errors
    /// If the endpoint does not answer as it should.
    pub fn trace(&self, since: u64) -> Result<(u64, Vec<Hop>)> {
        let answer: Trace = self.get(&format!("trace?since={since}"))?;
        Ok((answer.next, answer.hops))
    }

    /// The output lines of a function.
    ///
    /// # Errors
    /// If the endpoint does not answer as it should.
    pub fn logs(&self, function: &str, account: &str, region: &str) -> Result<Vec<String>> {
        let path = format!("logs?function={function}&account={account}&region={region}");
        let answer: Value = self.get(&path)?;
        let lines = answer["lines"].as_array().or(answer.as_array()).cloned().unwrap_or_default();
        let text = |line: &Value| {
            let message = line.as_str().or_else(|| line["message"].as_str());
            message.map_or_else(|| line.to_string(), str::to_owned)
        };
        Ok(lines.iter().map(text).collect())
    }

    /// What was published to a topic, in order.
    ///
    /// # Errors
    /// If the endpoint does not answer as it should.
    pub fn messages(&self, topic: &str) -> Result<Vec<Message>> {
        let answer: Messages = self.get(&format!("messages?topic={topic}"))?;
        Ok(answer.messages)
    }

    /// Every object in every account and region, apart from what was made ready: `kind account/region name`.
    ///
    /// # Errors
    /// If the endpoint does not answer as it should.
    pub fn inventory(&self) -> Result<Vec<String>> {
        let answer: Value = self.get("inventory")?;
        let field = |object: &Value, name: &str| object[name].as_str().unwrap_or("-").to_owned();
        let line = |object: &Value| {
            let [kind, account, region, name] =
                ["kind", "account", "region", "name"].map(|n| field(object, n));
            format!("{kind} {account}/{region} {name}")
        };
        Ok(answer["objects"].as_array().into_iter().flatten().map(line).collect())
    }

    /// Creates a guard's user, as its account's administrator. Without the client, because guards come by the
    /// hundred. The local AWS doesn't look at an administrator's signature.
    ///
    /// # Errors
    /// If the local AWS refuses.
    pub fn hire(&self, guard: &Guard) -> Result<()> {
        let url = format!("{}/", self.ready().endpoint);
        let failed = |source| Error::Http { url: url.clone(), source: Box::new(source) };
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0",
            guard.account
        );
        let form = [("Action", "CreateUser"), ("Version", "2010-05-08"), ("UserName", guard.user.as_str())];
        ureq::post(&url).header("Authorization", authorization).send_form(form).map_err(failed)?;
        Ok(())
    }

    /// Makes a call as people do by hand: they wait for a role that is new to Lambda, and for a function that is still
    /// being changed.
    ///
    /// # Errors
    /// If it does not succeed within a minute.
    pub fn run_when_ready(&self, caller: &Aws, args: &[&str]) -> Result<Value> {
        self.until(&args.join(" "), 60, |_| match caller.run(args) {
            Err(Error::Command { status, output, .. })
                if status == "ResourceConflictException"
                    || output.contains("cannot be assumed by Lambda") =>
            {
                Ok(None)
            }
            answer => answer.map(Some),
        })
    }

    /// Empties it: back to what was just made ready.
    ///
    /// # Errors
    /// If the endpoint does not answer as it should.
    pub fn reset(&self) -> Result<()> {
        let url = format!("{}/_cloud/reset", self.ready().endpoint);
        let failed = |source| Error::Http { url: url.clone(), source: Box::new(source) };
        ureq::post(&url).send_empty().map_err(failed)?;
        Ok(())
    }

    /// Waits until no responder runs any more, in any account: until then it puts back a deny that is taken off.
    ///
    /// # Errors
    /// If one still runs after a minute and a half.
    pub fn until_responders_end(&self) -> Result<()> {
        self.until("the responders' invocations ending", 90, |cloud| {
            let (_, hops) = cloud.trace(0)?;
            let is_responder =
                |hop: &&Hop| hop.kind == "function" && hop.name.as_deref() == Some("guard-responder");
            let count = |outcomes: &[&str]| {
                let outcome = |hop: &&Hop| hop.outcome.as_deref().is_some_and(|it| outcomes.contains(&it));
                hops.iter().filter(is_responder).filter(outcome).count()
            };
            Ok((count(&["invoked"]) == count(&["succeeded", "failed"])).then_some(()))
        })
    }

    /// Waits until `happened` finds what it looks for.
    ///
    /// # Errors
    /// If it does not within `seconds`, or fails.
    pub fn until<T>(
        &self,
        what: &str,
        seconds: u64,
        mut happened: impl FnMut(&Self) -> Result<Option<T>>,
    ) -> Result<T> {
        let deadline = Instant::now() + Duration::from_secs(seconds);
        loop {
            if let Some(found) = happened(self)? {
                return Ok(found);
            }
            if Instant::now() > deadline {
                return Err(Error::Late { what: what.to_owned(), seconds });
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    pub(super) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let url = format!("{}/_cloud/{path}", self.ready().endpoint);
        let failed = |source| Error::Http { url: url.clone(), source: Box::new(source) };
        ureq::get(&url).call().map_err(failed)?.body_mut().read_json().map_err(failed)
    }
}
