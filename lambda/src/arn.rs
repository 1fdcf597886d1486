//! The parts of an ARN: `arn:<partition>:<service>:<region>:<account>:<resource>`.

/// The account in an ARN.
pub(crate) fn account_of(arn: &str) -> Option<&str> {
    part(arn, 4)
}

/// The region in an ARN.
pub(crate) fn region_of(arn: &str) -> Option<&str> {
    part(arn, 3)
}

/// The name in a function's ARN, which may carry a version behind it.
pub(crate) fn function_name(arn: &str) -> Option<&str> {
    part(arn, 6)
}

/// The name behind the last slash, which of a bus is its name.
pub(crate) fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The ARN of a rule of the bus with that ARN (EventBridge, "Amazon Resource Names").
pub(crate) fn rule_arn(bus_arn: &str, rule: &str) -> String {
    let bus = bus_arn.replacen(":event-bus/", ":rule/", 1);
    format!("{bus}/{rule}")
}

fn part(arn: &str, index: usize) -> Option<&str> {
    arn.split(':').nth(index).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bus_tells_where_it_is_and_its_rules() {
        let bus = "arn:aws:events:eu-west-1:222222222222:event-bus/guard-bus";
        assert_eq!((account_of(bus), region_of(bus)), (Some("222222222222"), Some("eu-west-1")));
        assert_eq!(name_of(bus), "guard-bus");
        assert_eq!(rule_arn(bus, "r"), "arn:aws:events:eu-west-1:222222222222:rule/guard-bus/r");
        assert_eq!(account_of("arn:aws:s3:::bucket"), None);
    }
}
