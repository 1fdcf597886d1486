//! Networks: addresses in CIDR notation, of IPv4 and IPv6.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};

/// A network, `192.0.2.0/24` or `2001:db8::/32`; an address alone is a network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// What is not a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Not an address, or too many bits.
    #[error(
        "\"{0}\" is not a network: it must be an address or a CIDR block, such as 192.0.2.0/24 or 2001:db8::/32"
    )]
    Shape(String),
    /// An address within the network instead of its first: which was meant can't be told.
    #[error("\"{0}\" has bits set behind its prefix; the network is {1}")]
    HostBits(String, String),
}

impl Network {
    /// Whether an address is in it. An IPv4 address that is written as an IPv6 one counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                mask(u128::from(own.to_bits()), self.bits, 32)
                    == mask(u128::from(other.to_bits()), self.bits, 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                mask(own.to_bits(), self.bits, 128) == mask(other.to_bits(), self.bits, 128)
            }
            _ => false,
        }
    }

    /// Whether it is every address of its kind.
    pub fn is_any(&self) -> bool {
        self.bits == 0
    }
}

/// The first bits of an address.
fn mask(address: u128, bits: u8, width: u8) -> u128 {
    address.checked_shr(u32::from(width - bits)).unwrap_or(0)
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || NetworkError::Shape(text.to_owned());
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| error())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => width,
            Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                bits.parse().map_err(|_| error())?
            }
            Some(_) => return Err(error()),
        };
        if bits > width {
            return Err(error());
        }
        let first = match address {
            IpAddr::V4(v4) => {
                let kept =
                    mask(u128::from(v4.to_bits()), bits, 32).checked_shl(u32::from(32 - bits)).unwrap_or(0);
                IpAddr::from(u32::try_from(kept).unwrap_or_default().to_be_bytes())
            }
            IpAddr::V6(v6) => IpAddr::from(
                mask(v6.to_bits(), bits, 128).checked_shl(u32::from(128 - bits)).unwrap_or(0).to_be_bytes(),
            ),
        };
        let network = Self { address: first, bits };
        if first == address {
            Ok(network)
        } else {
            Err(NetworkError::HostBits(text.to_owned(), network.to_string()))
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl TryFrom<String> for Network {
    type Error = NetworkError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(network: &str, address: &str) -> bool {
        network.parse::<Network>().expect("a network").contains(address.parse().expect("an address"))
    }

    #[test]
    fn a_network_holds_its_addresses_and_not_the_next() {
        assert!(holds("192.0.2.0/24", "192.0.2.0") && holds("192.0.2.0/24", "192.0.2.255"));
        assert!(!holds("192.0.2.0/24", "192.0.3.0") && !holds("192.0.2.0/24", "192.0.1.255"));
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.6"));
        assert!(holds("0.0.0.0/0", "255.255.255.255") && !holds("0.0.0.0/0", "::1"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1") && !holds("2001:db8::/32", "2001:db9::"));
        assert!(holds("::/0", "2001:db8::1") && !holds("::/0", "192.0.2.7"));
        assert!(holds("192.0.2.0/24", "::ffff:192.0.2.9"));
    }

    #[test]
    fn what_is_not_a_network_is_refused() {
        for bad in [
            "",
            "x",
            "192.0.2.0/33",
            "192.0.2.0/-1",
            "192.0.2.0/+8",
            "192.0.2/24",
            "2001:db8::/129",
            "/8",
            "10.0.0.0/",
        ] {
            assert!(matches!(bad.parse::<Network>(), Err(NetworkError::Shape(_))), "{bad}");
        }
        let error = "192.0.2.7/24".parse::<Network>().expect_err("host bits");
        assert!(error.to_string().contains("192.0.2.0/24"), "{error}");
    }
}
