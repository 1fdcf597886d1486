//! AWS's partitions: worlds of their own, with other ARNs and other host names.

/// A partition (AWS General Reference, "Amazon Resource Names"). The isolated ones are not among them: nobody has
/// tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Partition {
    /// The commercial regions.
    #[default]
    Aws,
    /// China.
    China,
    /// GovCloud.
    GovCloud,
}

impl Partition {
    /// All of them.
    pub const ALL: [Partition; 3] = [Self::Aws, Self::China, Self::GovCloud];

    /// The partition that a region is in.
    pub fn of_region(region: &str) -> Self {
        if region.starts_with("cn-") {
            Self::China
        } else if region.starts_with("us-gov-") {
            Self::GovCloud
        } else {
            Self::Aws
        }
    }

    /// What stands in ARNs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
        }
    }

    /// What the host names of its services end with.
    pub const fn dns_suffix(self) -> &'static str {
        match self {
            Self::Aws | Self::GovCloud => "amazonaws.com",
            Self::China => "amazonaws.com.cn",
        }
    }

    /// Whether a bus's rule may send to a bus in another region (EventBridge user guide, "Sending and receiving
    /// events between AWS Regions": not in GovCloud and China).
    pub const fn crosses_regions(self) -> bool {
        matches!(self, Self::Aws)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_tells_its_partition() {
        for (region, name) in [
            ("eu-west-1", "aws"),
            ("us-east-1", "aws"),
            ("us-gov-west-1", "aws-us-gov"),
            ("cn-north-1", "aws-cn"),
            ("", "aws"),
        ] {
            assert_eq!(Partition::of_region(region).name(), name, "{region}");
        }
    }
}
