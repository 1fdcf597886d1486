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

/// The name behind the last slash, which of a rule is its name.
pub(crate) fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The ARN of a rule of a bus that is where the function is (EventBridge, "Amazon Resource Names"); `None` if the
/// function's ARN does not say where.
pub(crate) fn rule_arn(function: &str, bus: &str, rule: &str) -> Option<String> {
    let (partition, region, account) = (part(function, 1)?, region_of(function)?, account_of(function)?);
    Some(format!("arn:{partition}:events:{region}:{account}:rule/{bus}/{rule}"))
}

fn part(arn: &str, index: usize) -> Option<&str> {
    arn.split(':').nth(index).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_tells_where_it_is_and_the_rules_beside_it() {
        let function = "arn:aws-cn:lambda:cn-north-1:222222222222:function:guard-responder";
        assert_eq!((account_of(function), region_of(function)), (Some("222222222222"), Some("cn-north-1")));
        let rule = "arn:aws-cn:events:cn-north-1:222222222222:rule/guard-bus/r";
        assert_eq!(rule_arn(function, "guard-bus", "r").as_deref(), Some(rule));
        assert_eq!(name_of(rule), "r");
        assert_eq!(rule_arn("guard-responder", "guard-bus", "r"), None);
        assert_eq!(account_of("arn:aws:s3:::bucket"), None);
    }
}
