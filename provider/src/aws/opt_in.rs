//! Regions that an account has to opt into: until it has, they take its credentials for invalid.

/// Where every account may call from its first day. All regions since 2019 are to be opted into (AWS Account Management
/// reference guide, "Enable or disable AWS Regions in your account").
const ENABLED: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// What services say of credentials that they don't know.
const UNKNOWN: [&str; 3] = ["AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"];

/// What a refusal there most likely means, and what to do.
pub(super) fn advice(account: &str, region: &str, code: &str) -> Option<String> {
    let others = region.starts_with("cn-") || region.starts_with("us-gov-");
    (UNKNOWN.contains(&code) && !others && !ENABLED.contains(&region)).then(|| {
        format!(
            "{region} has to be enabled in account {account} first (aws account enable-region --region-name {region} --account-id {account}), which takes minutes; or let the guard stand in another region, as the trail sees what its user does in all of them"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_region_that_may_be_closed_is_suspected() {
        let said = |region, code| advice("222222222222", region, code);
        let advised = said("af-south-1", "UnrecognizedClientException").expect("an opt-in region");
        assert!(advised.contains("af-south-1 has to be enabled in account 222222222222"), "{advised}");
        for (region, code) in [
            ("eu-west-1", "UnrecognizedClientException"),
            ("cn-north-1", "InvalidClientTokenId"),
            ("af-south-1", "AccessDenied"),
        ] {
            assert_eq!(said(region, code), None, "{region} {code}");
        }
    }
}
