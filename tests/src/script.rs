//! An IAM user that a script runs as: its calls, and the CloudTrail files that tell of them.
//!
//! CloudTrail itself is not emulated. Whatever a script calls is really called, with its own access key, and
//! the record that CloudTrail would write of the call and its answer is put into the trail's bucket.

use std::fs;

use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::{
    Error, Result,
    aws::{Answer, Aws},
    cloud::Cloud,
    records::{self, Call, Caller},
};

/// One thing that a script, or a thief with its key, does.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    /// The call in the AWS CLI's words; `BUCKET` stands for the script's bucket.
    pub args: &'static [&'static str],
    /// How CloudTrail names the call; nothing for data events, which an ordinary trail does not have.
    pub recorded: Option<(&'static str, &'static str)>,
}

/// What a backup script does all day.
pub const WORK: [Action; 3] = [
    Action { args: &["s3api", "list-buckets"], recorded: Some(("s3", "ListBuckets")) },
    Action {
        args: &["s3api", "get-bucket-location", "--bucket", "BUCKET"],
        recorded: Some(("s3", "GetBucketLocation")),
    },
    Action { args: &["s3api", "list-objects-v2", "--bucket", "BUCKET"], recorded: None },
];

/// What somebody does who has found a key.
pub const LEAK: [Action; 4] = [
    Action { args: &["sts", "get-caller-identity"], recorded: Some(("sts", "GetCallerIdentity")) },
    Action { args: &["iam", "list-users"], recorded: Some(("iam", "ListUsers")) },
    Action { args: &["ec2", "describe-instances"], recorded: Some(("ec2", "DescribeInstances")) },
    Action { args: &["secretsmanager", "list-secrets"], recorded: Some(("secretsmanager", "ListSecrets")) },
];

/// A user with an access key.
#[derive(Debug)]
pub struct Script {
    caller: Caller,
    aws: Aws,
    administrator: Aws,
    bucket: String,
    organization: String,
    records: Vec<Value>,
}

impl Script {
    /// Creates the user, its bucket, a policy that lets it read that, and an access key.
    ///
    /// # Errors
    /// If AWS refuses.
    pub fn hire(cloud: &Cloud, account: &str, user: &str) -> Result<Self> {
        let administrator = cloud.administrator(account);
        let created = administrator.run(&["iam", "create-user", "--user-name", user])?;
        let bucket = format!("backups-{account}");
        // Two scripts of one account share the bucket.
        administrator.call(&["s3api", "create-bucket", "--bucket", &bucket])?;
        let policy = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"},
            {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketLocation"],
             "Resource": format!("arn:aws:s3:::{bucket}")},
        ]})
        .to_string();
        administrator.run(&[
            "iam",
            "put-user-policy",
            "--user-name",
            user,
            "--policy-name",
            "work",
            "--policy-document",
            &policy,
        ])?;
        let key = administrator.run(&["iam", "create-access-key", "--user-name", user])?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let key = &key["AccessKey"];
        let (id, secret) = (text(&key["AccessKeyId"]), text(&key["SecretAccessKey"]));
        let ready = cloud.ready();
        Ok(Self {
            aws: Aws::with_key(&ready.endpoint, &id, &secret, &ready.hub_region),
            caller: Caller {
                account: account.to_owned(),
                user: user.to_owned(),
                arn: text(&created["User"]["Arn"]),
                principal: text(&created["User"]["UserId"]),
                key: id,
            },
            administrator,
            bucket,
            organization: organization(cloud)?,
            records: Vec::new(),
        })
    }

    /// Whose calls these are.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The words of something that this script does.
    pub fn arguments<'a>(&'a self, action: &'a Action) -> Vec<&'a str> {
        action.args.iter().map(|arg| if *arg == "BUCKET" { &*self.bucket } else { arg }).collect()
    }

    /// Does something with the user's own key.
    ///
    /// # Errors
    /// If AWS does not answer; that it refuses is an answer.
    pub fn does(&mut self, action: &Action) -> Result<Answer> {
        let args = self.arguments(action);
        let answer = self.aws.call(&args)?;
        if let Some((service, operation)) = action.recorded {
            let call = Call { service, operation, region: self.aws.region(), read_only: true };
            self.records.push(records::record(&self.caller, &call, &answer)?);
        }
        Ok(answer)
    }

    /// Notes a call that was never made: its record, changed as a test needs it.
    ///
    /// # Errors
    /// If the record can't be made.
    pub fn notes(
        &mut self,
        (service, operation): (&str, &str),
        change: impl FnOnce(&mut Value),
    ) -> Result<()> {
        let call = Call { service, operation, region: self.aws.region(), read_only: true };
        let mut record = records::record(&self.caller, &call, &Answer::Allowed(Value::Null))?;
        change(&mut record);
        self.records.push(record);
        Ok(())
    }

    /// Whose administrator this is: the account's that the script is of.
    pub fn administrator(&self) -> &Aws {
        &self.administrator
    }

    /// Puts the records of what was done since the last time into the trail's bucket, as one file.
    ///
    /// # Errors
    /// If the file can't be made or put.
    pub fn deliver(&mut self, cloud: &Cloud) -> Result<Delivery> {
        let records = std::mem::take(&mut self.records);
        let region = self.aws.region().to_owned();
        let delivery = deliver(cloud, &self.organization, (&self.caller.account, &region), &records)?;
        Ok(delivery)
    }

    /// The same where the trail's bucket is another account's, and its keys begin with a prefix.
    ///
    /// # Errors
    /// If the file can't be made or put.
    pub fn deliver_to(&mut self, cloud: &Cloud, owner: &Aws, bucket: &str, prefix: &str) -> Result<Delivery> {
        let records = std::mem::take(&mut self.records);
        let key = records::key(&self.organization, &self.caller.account, self.aws.region())?;
        put_into(cloud, owner, bucket, &format!("{prefix}{key}"), &records::file(&records)?)
    }

    /// The user's policies and keys, as AWS has them: what a response changes and a re-arming gives back.
    ///
    /// # Errors
    /// If AWS refuses.
    pub fn rights(&self) -> Result<Value> {
        let (iam, user) = (&self.administrator, ["--user-name", &self.caller.user]);
        let ask = |what: &str| iam.run(&[&["iam", what], &user[..]].concat());
        let inline = ask("list-user-policies")?;
        let names = inline["PolicyNames"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let document = |name: &str| {
            iam.run(&[&["iam", "get-user-policy"], &user[..], &["--policy-name", name]].concat())
        };
        let documents = names.map(document).collect::<Result<Vec<_>>>()?;
        Ok(json!({
            "attached": ask("list-attached-user-policies")?["AttachedPolicies"],
            "inline": documents,
            "keys": ask("list-access-keys")?["AccessKeyMetadata"],
        }))
    }

    /// Lifts the deny, as a person would who has investigated.
    ///
    /// # Errors
    /// If AWS refuses.
    pub fn pardon(&self) -> Result<()> {
        let (user, policy) = (&*self.caller.user, "arn:aws:iam::aws:policy/AWSDenyAll");
        self.administrator.run(&[
            "iam",
            "detach-user-policy",
            "--user-name",
            user,
            "--policy-arn",
            policy,
        ])?;
        // A deny that was taken off comes back with all steps.
        self.administrator.call(&[
            "iam",
            "delete-user-policy",
            "--user-name",
            user,
            "--policy-name",
            "guard-deny-all",
        ])?;
        let key = ["--user-name", user, "--access-key-id", &self.caller.key, "--status", "Active"];
        self.administrator.run(&[&["iam", "update-access-key"], &key[..]].concat())?;
        Ok(())
    }

    /// Whether AWSDenyAll is attached to the user.
    ///
    /// # Errors
    /// If AWS refuses.
    pub fn is_denied(&self) -> Result<bool> {
        denied(&self.administrator, &self.caller.user)
    }

    /// Deletes the user and all that belongs to it; its bucket stays for the account's other scripts.
    ///
    /// # Errors
    /// If AWS refuses.
    pub fn dismiss(self) -> Result<()> {
        let user = &*self.caller.user;
        if self.is_denied()? {
            self.pardon()?;
        }
        self.administrator.run(&[
            "iam",
            "delete-user-policy",
            "--user-name",
            user,
            "--policy-name",
            "work",
        ])?;
        let key = &*self.caller.key;
        self.administrator.run(&["iam", "delete-access-key", "--user-name", user, "--access-key-id", key])?;
        self.administrator.run(&["iam", "delete-user", "--user-name", user])?;
        Ok(())
    }
}

/// A file in the trail's bucket.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its key.
    pub key: String,
    /// When it was put, in seconds since 1970.
    pub time: f64,
}

/// Puts records into the trail's bucket, as CloudTrail does for `place`: an account and a region.
///
/// # Errors
/// If the file can't be made or put.
pub fn deliver(
    cloud: &Cloud,
    organization: &str,
    place: (&str, &str),
    records: &[Value],
) -> Result<Delivery> {
    let key = records::key(organization, place.0, place.1)?;
    put(cloud, &key, &records::file(records)?)
}

/// Puts an object into the trail's bucket.
///
/// # Errors
/// If it can't be put.
pub fn put(cloud: &Cloud, key: &str, bytes: &[u8]) -> Result<Delivery> {
    let ready = cloud.ready();
    put_into(cloud, &cloud.administrator(&ready.management_account), &ready.bucket, key, bytes)
}

/// Puts an object into a bucket of an administrator's account.
fn put_into(cloud: &Cloud, owner: &Aws, bucket: &str, key: &str, bytes: &[u8]) -> Result<Delivery> {
    let file = NamedTempFile::new().map_err(Error::io("making a file"))?;
    fs::write(file.path(), bytes).map_err(Error::io("writing a file"))?;
    let body = file.path().to_string_lossy();
    let (since, _) = cloud.requests(u64::MAX)?;
    owner.run(&["s3api", "put-object", "--bucket", bucket, "--key", key, "--body", &body])?;
    // Not when the call was begun: that can take longer than what follows.
    let (_, requests) = cloud.requests(since)?;
    let written = requests.iter().find(|request| request.operation == "PutObject");
    let time = written.map_or(0.0, |request| request.time);
    Ok(Delivery { key: key.to_owned(), time })
}

/// The organization's id, which is part of the keys of its trail.
///
/// # Errors
/// If AWS refuses.
pub fn organization(cloud: &Cloud) -> Result<String> {
    let management = cloud.administrator(&cloud.ready().management_account);
    let answer = management.run(&["organizations", "describe-organization"])?;
    Ok(answer["Organization"]["Id"].as_str().unwrap_or_default().to_owned())
}

/// Whether AWSDenyAll is attached to a user of the administrator's account.
///
/// # Errors
/// If AWS refuses.
pub fn denied(administrator: &Aws, user: &str) -> Result<bool> {
    let attached = administrator.run(&["iam", "list-attached-user-policies", "--user-name", user])?;
    let policies = attached["AttachedPolicies"].as_array().cloned().unwrap_or_default();
    Ok(policies.iter().any(|policy| policy["PolicyName"] == "AWSDenyAll"))
}
