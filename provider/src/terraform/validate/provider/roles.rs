//! The blocks `assume_role` and `assume_role_with_web_identity`.

use tf_provider::{AttributePath, Diagnostics, value::Value};

use super::super::super::config::{AssumeRoleBlock, WebIdentityBlock, session_length};
use super::super::super::diagnostics::path_error;
use super::super::super::state::{List, given};
use super::{entries, is_iam};

/// AWS's limits for a session (STS, AssumeRole): managed policies, tags, and what names and identities look like.
const POLICIES: usize = 10;
const SESSION_TAGS: usize = 50;
const NAME_LENGTHS: std::ops::RangeInclusive<usize> = 2..=64;

pub(super) fn assume_role(diags: &mut Diagnostics, block: &AssumeRoleBlock) {
    let mut checked = Checked { diags, block: "assume_role" };
    checked.role(&block.role_arn);
    checked.session(&block.session_name, &block.duration, &block.policy, &block.policy_arns);
    checked.name("source_identity", &block.source_identity);
    let Value::Value(tags) = &block.tags else { return };
    if tags.len() > SESSION_TAGS {
        let detail = format!("There are {} tags; AWS allows a session {SESSION_TAGS}.", tags.len());
        checked.refuse("tags", "Too many tags", detail);
    }
    for (_, key) in entries("transitive_tag_keys", &block.transitive_tag_keys) {
        if !tags.contains_key(key) {
            let detail = format!(
                "\"{key}\" is not the key of one of the session's `tags`, so there is nothing to pass on."
            );
            checked.refuse("transitive_tag_keys", "Not a tag of the session", detail);
        }
    }
}

pub(super) fn web_identity(diags: &mut Diagnostics, block: &WebIdentityBlock) {
    let mut checked = Checked { diags, block: "assume_role_with_web_identity" };
    checked.role(&block.role_arn);
    checked.session(&block.session_name, &block.duration, &block.policy, &block.policy_arns);
    let is_given = |value: &Value<String>| given(value).is_some_and(|text| !text.is_empty());
    if is_given(&block.web_identity_token) && is_given(&block.web_identity_token_file) {
        let detail = "Both `web_identity_token` and `web_identity_token_file` are set. Keep one of them.";
        checked.refuse("web_identity_token_file", "A token twice", detail);
    }
}

/// A block whose attributes are checked.
struct Checked<'a> {
    diags: &'a mut Diagnostics,
    block: &'static str,
}

impl Checked<'_> {
    fn refuse(&mut self, attribute: &'static str, summary: &str, detail: impl ToString) {
        let path = AttributePath::new(self.block).index(0).attribute(attribute);
        path_error(self.diags, path, &format!("{summary} ({}.{attribute})", self.block), detail);
    }

    fn role(&mut self, arn: &Value<String>) {
        let of_role = |arn: &&str| arn.is_empty() || is_iam(arn, "role/");
        if let Some(arn) = given(arn).filter(|arn| !of_role(arn)) {
            let detail = format!(
                "\"{arn}\" is not the ARN of a role, such as arn:aws:iam::111111111111:role/terraform."
            );
            self.refuse("role_arn", "Not a role", detail);
        }
    }

    fn name(&mut self, attribute: &'static str, name: &Value<String>) {
        let good = |name: &&str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
            name.is_empty() || NAME_LENGTHS.contains(&name.len()) && name.bytes().all(fits)
        };
        if let Some(name) = given(name).filter(|name| !good(name)) {
            let detail = format!(
                "\"{name}\" is not 2 to 64 letters, digits and characters of _+=,.@- as AWS wants it."
            );
            self.refuse(attribute, "Not a name", detail);
        }
    }

    fn session(
        &mut self,
        name: &Value<String>,
        duration: &Value<String>,
        policy: &Value<String>,
        policy_arns: &List,
    ) {
        self.name("session_name", name);
        if let Some(Err(cause)) = given(duration).filter(|text| !text.is_empty()).map(session_length) {
            self.refuse("duration", "Not how long a session can last", cause);
        }
        if let Some(Err(cause)) = given(policy).filter(|text| !text.is_empty()).map(is_object) {
            self.refuse("policy", "Not a policy", cause);
        }
        let arns: Vec<_> = entries("policy_arns", policy_arns).collect();
        if arns.len() > POLICIES {
            let detail = format!("There are {}; AWS takes {POLICIES} with a session.", arns.len());
            self.refuse("policy_arns", "Too many policies", detail);
        }
        for (_, arn) in arns {
            if !is_iam(arn, "policy/") {
                let detail = format!(
                    "\"{arn}\" is not the ARN of a managed policy, such as arn:aws:iam::aws:policy/ReadOnlyAccess."
                );
                self.refuse("policy_arns", "Not a managed policy", detail);
            }
        }
    }
}

fn is_object(policy: &str) -> Result<(), String> {
    match serde_json::from_str(policy) {
        Ok(serde_json::Value::Object(_)) => Ok(()),
        Ok(_) => {
            Err("It is JSON, but not an object with a Statement. Write it with jsonencode().".to_owned())
        }
        Err(cause) => Err(format!("It is not JSON: {cause}. Write it with jsonencode().")),
    }
}
