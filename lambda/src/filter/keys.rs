//! Which objects of the trail's bucket are CloudTrail event files.

use percent_encoding::percent_decode_str;

/// What a key turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file of CloudTrail events.
    Events,
    /// Something else that may well lie in the bucket: digests, insights, empty markers, foreign objects.
    Other,
}

/// A key of a notification as it is in the bucket: S3 URL-encodes keys there, with `+` for a space.
///
/// `None` if the decoded key is not UTF-8, which no key in S3 is.
pub(super) fn decode(key: &str) -> Option<String> {
    // A plus sign of the key itself arrives as %2B, so this order is the right one.
    let spaced = key.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

/// Recognizes an event file by its path, `[PREFIX/]AWSLogs/[o-ID/]ACCOUNT/CloudTrail/…` (CloudTrail user guide, "Finding
/// your CloudTrail log files").
///
/// Only what follows `AWSLogs` decides: a trail's prefix may have a folder `CloudTrail` as well, and the siblings
/// `CloudTrail-Digest`, `-Insight`, `-NetworkActivity` and `-Aggregated` hold files that end in `.json.gz` too.
/// The empty markers that CloudTrail writes when a trail is created end in `/` or have no bytes.
pub fn kind(key: &str, size: Option<u64>) -> Kind {
    let is_marker = key.ends_with('/') || size == Some(0);
    if !is_marker && is_in_folder_of_events(key) { Kind::Events } else { Kind::Other }
}

fn is_in_folder_of_events(key: &str) -> bool {
    let below = key.rsplit_once("/AWSLogs/").map(|(_, below)| below).or_else(|| key.strip_prefix("AWSLogs/"));
    let mut segments = below.unwrap_or_default().split('/').peekable();
    segments.next_if(|segment| segment.starts_with("o-"));
    let is_account = |it: &str| it.len() == 12 && it.bytes().all(|byte| byte.is_ascii_digit());
    segments.next().is_some_and(is_account)
        && segments.next() == Some("CloudTrail")
        && segments.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "222222222222_CloudTrail_eu-west-1_20260102T0305Z_0123456789abcdef.json.gz";

    #[test]
    fn an_organization_trails_file_is_read() {
        let key = format!("AWSLogs/o-abcde12345/222222222222/CloudTrail/eu-west-1/2026/01/02/{FILE}");
        assert_eq!(kind(&key, Some(812)), Kind::Events);
        assert_eq!(kind(&format!("my Digest/CloudTrail-Insight/{key}"), None), Kind::Events);
    }

    #[test]
    fn the_siblings_are_skipped() {
        for sibling in ["Digest", "Insight", "NetworkActivity", "Aggregated"] {
            let key = format!("AWSLogs/o-abcde12345/222222222222/CloudTrail-{sibling}/eu-west-1/{FILE}");
            assert_eq!(kind(&key, Some(812)), Kind::Other, "{key}");
        }
    }

    #[test]
    fn a_folder_of_the_prefix_does_not_decide() {
        for prefix in ["CloudTrail", "a/CloudTrail/b", "AWSLogs/111111111111/CloudTrail"] {
            let events = format!("{prefix}/AWSLogs/o-abcde12345/222222222222/CloudTrail/eu-west-1/{FILE}");
            assert_eq!(kind(&events, Some(812)), Kind::Events, "{events}");
            let digest = events.replace("/CloudTrail/eu-west-1", "/CloudTrail-Digest/eu-west-1");
            assert_eq!(kind(&digest, Some(812)), Kind::Other, "{digest}");
        }
        assert_eq!(kind(&format!("CloudTrail/{FILE}"), Some(812)), Kind::Other);
        assert_eq!(kind(&format!("AWSLogs/somebody/CloudTrail/{FILE}"), Some(812)), Kind::Other);
    }

    #[test]
    fn only_a_whole_folder_name_decides() {
        assert_eq!(kind("AWSLogs/222222222222/Config/CloudTrail", Some(3)), Kind::Other);
        assert_eq!(kind("AWSLogs/222222222222/cloudtrail/x.json.gz", Some(3)), Kind::Other);
        assert_eq!(kind(&format!("elb/{FILE}"), Some(3)), Kind::Other);
    }

    #[test]
    fn empty_markers_are_skipped() {
        assert_eq!(kind("AWSLogs/222222222222/CloudTrail/", None), Kind::Other);
        assert_eq!(kind("AWSLogs/222222222222/CloudTrail/x", Some(0)), Kind::Other);
    }

    #[test]
    fn keys_are_url_decoded() {
        assert_eq!(decode("a+b%2Bc%3Dd/%C3%A9/x.json.gz").as_deref(), Some("a b+c=d/é/x.json.gz"));
        assert_eq!(decode("%FF"), None);
    }
}
