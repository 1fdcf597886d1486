//! CloudTrail's records and files, as CloudTrail would have written them for calls that were made.

use std::{
    hash::{BuildHasher, RandomState},
    io::Write,
};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};

use crate::{Error, Result, aws::Answer};

/// A user whose calls are recorded.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account that it lives in.
    pub account: String,
    /// Its name.
    pub user: String,
    /// Its ARN, path included.
    pub arn: String,
    /// Its unique id, AIDA….
    pub principal: String,
    /// Its access key's id.
    pub key: String,
}

/// The call that is recorded.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// As in `sts.amazonaws.com`.
    pub service: &'a str,
    /// The operation.
    pub operation: &'a str,
    /// The region of the endpoint.
    pub region: &'a str,
    /// Whether it only reads.
    pub read_only: bool,
}

/// The record of a call and its answer.
///
/// # Errors
/// If the clock can't be written as a time.
pub fn record(caller: &Caller, call: &Call<'_>, answer: &Answer) -> Result<Value> {
    let now = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let time = now.format(&Rfc3339).map_err(|error| Error::Cloud(error.to_string()))?;
    let mut record = json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": caller.principal,
            "arn": caller.arn,
            "accountId": caller.account,
            "accessKeyId": caller.key,
            "userName": caller.user,
        },
        "eventTime": time,
        "eventSource": format!("{}.amazonaws.com", call.service),
        "eventName": call.operation,
        "awsRegion": call.region,
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "aws-cli/1.46.3",
        "requestParameters": null,
        "responseElements": null,
        "requestID": identifier(),
        "eventID": identifier(),
        "readOnly": call.read_only,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": caller.account,
        "eventCategory": "Management",
    });
    if let Answer::Refused { code, message } = answer {
        // EC2's codes carry a prefix in CloudTrail that the caller does not see.
        let code = if call.service == "ec2" { format!("Client.{code}") } else { code.clone() };
        record["errorCode"] = code.into();
        record["errorMessage"] = message.as_str().into();
    }
    Ok(record)
}

/// The gzip file that holds the records.
///
/// # Errors
/// If they can't be written as JSON.
pub fn file(records: &[Value]) -> Result<Vec<u8>> {
    let text = json!({ "Records": records }).to_string();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).map_err(Error::io("compressing records"))?;
    gzip.finish().map_err(Error::io("compressing records"))
}

/// The key that an organization trail gives to a file that it delivers now.
///
/// # Errors
/// If the clock can't be written as a time.
pub fn key(organization: &str, account: &str, region: &str) -> Result<String> {
    let now = OffsetDateTime::now_utc();
    let bad = |error: time::error::Format| Error::Cloud(error.to_string());
    let day = now.format(format_description!("[year]/[month]/[day]")).map_err(bad)?;
    let minute = now.format(format_description!("[year][month][day]T[hour][minute]Z")).map_err(bad)?;
    let unique = &identifier().replace('-', "")[..16];
    Ok(format!(
        "AWSLogs/{organization}/{account}/CloudTrail/{region}/{day}/\
         {account}_CloudTrail_{region}_{minute}_{unique}.json.gz"
    ))
}

/// An id in UUID's form.
fn identifier() -> String {
    let half = || RandomState::new().hash_one(0);
    let hex = format!("{:016x}{:016x}", half(), half());
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
