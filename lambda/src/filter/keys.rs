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

/// Tells an event file by its path: one *segment* is `CloudTrail`.
///
/// The siblings `CloudTrail-Digest`, `-Insight`, `-NetworkActivity` and `-Aggregated` end in `.json.gz` too,
/// and a bucket's prefix may hold any of these words, so nothing less than a whole segment decides.
/// The empty markers that CloudTrail leaves when a trail is created end in `/` or have no bytes.
pub fn kind(key: &str, size: Option<u64>) -> Kind {
    let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_marker = key.ends_with('/') || size == Some(0);
    if !is_marker && folder.split('/').any(|segment| segment == "CloudTrail") {
        Kind::Events
    } else {
        Kind::Other
    }
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
