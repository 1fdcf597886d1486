//! Faults on demand: what the local AWS is asked to do to the provider's calls, or to a function's.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;

use super::Cloud;
use crate::{Error, Result};

/// What the provider's SDK puts into its user agent, and nobody else here.
const PROVIDER: &str = "app/guard-";

/// Which calls are struck, and by what; `tests/cloud/faults.py` has the kinds.
#[derive(Clone, Debug, Serialize)]
pub struct Faults {
    agent: &'static str,
    function: String,
    operation: &'static str,
    each: bool,
    at: Option<u64>,
    kinds: Vec<&'static str>,
    rate: f64,
    seed: u64,
    times: u32,
}

/// What became of them.
#[derive(Clone, Debug, Deserialize)]
pub struct Struck {
    /// The provider's calls since the faults were asked for, or the function's.
    pub calls: u64,
    /// Those that functions made, in order.
    #[serde(default)]
    pub called: Vec<Call>,
    /// Those that were struck.
    pub struck: Vec<Strike>,
    /// How many calls have been held.
    pub held: u64,
}

/// A call of a function.
#[derive(Clone, Debug, Deserialize)]
pub struct Call {
    /// Its number.
    pub call: u64,
    /// The function's name.
    pub function: String,
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
}

/// A call that was struck.
#[derive(Clone, Debug, Deserialize)]
pub struct Strike {
    /// Its number.
    pub call: u64,
    /// What struck it.
    pub kind: String,
    /// The account that it acted in.
    pub account: String,
    /// The region that it was sent to.
    pub region: String,
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
}

impl Faults {
    /// None; the provider's calls are counted.
    pub fn none() -> Self {
        Self::at_random(0.0, 0, &["error"])
    }

    /// One kind, at the provider's call number `call`, counted from 1, and as often as it is repeated up to
    /// `times`.
    pub fn at(call: u64, kind: &'static str, times: u32) -> Self {
        Self { at: Some(call), times, ..Self::at_random(0.0, 0, &[kind]) }
    }

    /// One kind, at the provider's first call of an operation.
    pub fn at_operation(operation: &'static str, kind: &'static str) -> Self {
        Self { operation, ..Self::at(1, kind, 1) }
    }

    /// One kind, at all of the provider's calls of an operation.
    pub fn at_every(operation: &'static str, kind: &'static str) -> Self {
        Self { operation, ..Self::at_random(1.0, 0, &[kind]) }
    }

    /// The same, as often as the struck request is repeated up to `times`.
    #[must_use]
    pub fn repeated(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// Any of these kinds, at that share of the provider's calls.
    pub fn at_random(rate: f64, seed: u64, kinds: &[&'static str]) -> Self {
        let kinds = kinds.to_vec();
        Self {
            agent: PROVIDER,
            function: String::new(),
            operation: "",
            each: false,
            at: None,
            kinds,
            rate,
            seed,
            times: 1,
        }
    }

    /// One kind, at the provider's first call of each operation that can suffer it.
    pub fn at_each_operation(kind: &'static str) -> Self {
        Self { each: true, ..Self::at_random(1.0, 0, &[kind]) }
    }

    /// The same for the calls of functions whose ARN holds `function`, in place of the provider's.
    #[must_use]
    pub fn of_function(self, function: impl Into<String>) -> Self {
        Self { agent: "", function: function.into(), ..self }
    }
}

impl Cloud {
    /// Asks for faults, in place of those asked for before.
    ///
    /// # Errors
    /// If the endpoint does not answer as it should.
    pub fn strike(&self, faults: &Faults) -> Result<()> {
        self.post::<Struck>("faults", faults).map(drop)
    }

    /// What became of the faults.
    ///
    /// # Errors
    /// If the endpoint does not answer as it should.
    pub fn struck(&self) -> Result<Struck> {
        self.get("faults")
    }

    /// Lets go of the calls that are held.
    ///
    /// # Errors
    /// If the endpoint does not answer as it should.
    pub fn release(&self) -> Result<()> {
        self.post::<Struck>("release", &json!({})).map(drop)
    }

    /// Suspends an account, or makes it active again.
    ///
    /// # Errors
    /// If the endpoint does not answer as it should.
    pub fn suspend(&self, account: &str, suspended: bool) -> Result<()> {
        let state = if suspended { "suspended" } else { "active" };
        let asked = json!({ "account": account, "state": state });
        self.post::<serde_json::Value>("accounts", &asked).map(drop)
    }

    /// Disables a region of an account, or enables it.
    ///
    /// # Errors
    /// If the endpoint does not answer as it should.
    pub fn enable(&self, account: &str, region: &str, enabled: bool) -> Result<()> {
        let state = if enabled { "enabled" } else { "disabled" };
        let asked = json!({ "account": account, "region": region, "state": state });
        self.post::<serde_json::Value>("accounts", &asked).map(drop)
    }

    fn post<T: DeserializeOwned>(&self, path: &str, asked: &impl Serialize) -> Result<T> {
        let url = format!("{}/_cloud/{path}", self.ready().endpoint);
        let failed = |source| Error::Http { url: url.clone(), source: Box::new(source) };
        ureq::post(&url).send_json(asked).map_err(failed)?.body_mut().read_json().map_err(failed)
    }
}
