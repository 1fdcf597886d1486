//! What an error's message says where its code does not tell.

/// The part of a message that tells of a denial, in lower case, if there is an error code.
pub const MESSAGE: &str = "not authorized to perform";

/// What stands before the name of an identity of the caller's own, in its ARN.
const CALLERS: [&str; 2] = [":user/", ":federated-user/"];

/// Whether the message of a record with an error code says that its caller was refused for want of permission:
/// "User: arn:… is not authorized to perform: …", "You are not authorized to perform this operation."
///
/// A message that names another identity ("Role arn:… is not authorized to perform") is about somebody else, mostly a
/// role that was given to a service.
pub fn message_denies(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    message.match_indices(MESSAGE).any(|(at, _)| is_about_caller(&message[..at]))
}

/// Whether what stands before the words is the caller: its ARN, or none.
fn is_about_caller(before: &str) -> bool {
    let Some(arn) = before.rfind("arn:") else {
        // "Role stream is not authorized to perform".
        return !before.split_whitespace().any(|word| word.trim_end_matches(':') == "role");
    };
    CALLERS.iter().any(|caller| before[arn..].contains(caller))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_about_the_caller_denies() {
        for message in [
            "User: x is not authorized to perform: s3:ListBucket",
            "User: arn:aws:iam::222222222222:user/jobs/backup is not authorized to perform: iam:GetUser",
            "User: arn:aws:sts::222222222222:federated-user/x is not authorized to perform: iam:GetUser",
            "You are Not Authorized to perform this operation.",
        ] {
            assert!(message_denies(message), "{message}");
        }
    }

    #[test]
    fn a_message_about_somebody_else_does_not() {
        for message in [
            "",
            "Access to it is fine",
            "Role arn:aws:iam::222222222222:role/stream is not authorized to perform: kinesis:DescribeStream",
            "arn:aws:sts::222222222222:assumed-role/x/y is not authorized to perform: kms:Decrypt",
            "The role stream is not authorized to perform: glue:GetTable",
        ] {
            assert!(!message_denies(message), "{message}");
        }
    }
}
