//! Destinations of a bucket's notification that S3 can't reach.
//!
//! S3 validates every entry at every write, whoever's it is. Its message names none of them; the error's elements
//! `ArgumentName1` (an ARN, perhaps with more behind a comma) and `ArgumentValue1` (why) do, and so on.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};

/// What to say where S3 can't deliver to a destination that is not ours; nothing if all that it names are.
pub(super) fn foreign<E>(error: &SdkError<E, HttpResponse>, ours: &str) -> Option<String> {
    let body = error.raw_response()?.body().bytes()?;
    let (arn, why) = named(&String::from_utf8_lossy(body)).into_iter().find(|(arn, _)| arn != ours)?;
    Some(format!(
        "S3 checks every entry of the bucket's notification and can't deliver to {arn} ({why}), which is not guard's. Let somebody remove that entry or mend its destination, then apply again"
    ))
}

/// The destinations that an error names, and why.
fn named(error: &str) -> Vec<(String, String)> {
    let element = |name: String| {
        let (_, rest) = error.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>")).map(|(text, _)| text.to_owned())
    };
    let pair = |number| {
        let name = element(format!("ArgumentName{number}"))?;
        let arn = name.split(',').next().unwrap_or_default().trim().to_owned();
        Some((arn, element(format!("ArgumentValue{number}")).unwrap_or_default()))
    };
    (1..).map_while(pair).filter(|(arn, _)| arn.starts_with("arn:")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_errors_destinations_are_read() {
        let function = "arn:aws:lambda:us-east-1:111111111111:function:guard-filter";
        let queue = "arn:aws:sqs:us-east-1:111111111111:theirs";
        let error = format!(
            "<Error><Code>InvalidArgument</Code><ArgumentName1>{function}, null</ArgumentName1><ArgumentValue1>Not authorized</ArgumentValue1><ArgumentName2>{queue}</ArgumentName2><ArgumentValue2>gone</ArgumentValue2></Error>"
        );
        let pair = |arn: &str, why: &str| (arn.to_owned(), why.to_owned());
        assert_eq!(named(&error), [pair(function, "Not authorized"), pair(queue, "gone")]);
        let other = "<ArgumentName1>CloudFunction</ArgumentName1><ArgumentValue1>x</ArgumentValue1>";
        assert_eq!(named(other), []);
        assert_eq!(named("<ArgumentName>prefix</ArgumentName>"), []);
    }
}
