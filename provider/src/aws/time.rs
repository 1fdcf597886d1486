//! What time it is at AWS. An operator's clock may be wrong, and what is written with it counts for everybody.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use aws_sdk_sts::config::{
    ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeDeserializationInterceptorContextRef,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_types::date_time::{DateTime, Format};
use time::OffsetDateTime;

use super::{Accounts, error::Called};
use crate::chain::Location;

/// Reads the header `Date` of an answer, which every service sends (RFC 9110, "Date").
#[derive(Clone, Debug, Default)]
struct Dated(Arc<AtomicI64>);

impl Intercept for Dated {
    fn name(&self) -> &'static str {
        "Dated"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(seconds) = context.response().headers().get("date").and_then(seconds) {
            self.0.store(seconds, Ordering::SeqCst);
        }
        Ok(())
    }
}

/// The seconds since 1970 of a header.
fn seconds(date: &str) -> Option<i64> {
    DateTime::from_str(date, Format::HttpDate).ok().map(|date| date.secs())
}

impl Accounts {
    /// The seconds since 1970 at AWS; by this machine's clock if no answer tells.
    pub(crate) async fn now(&self) -> i64 {
        let dated = Dated::default();
        let request = self.sts.client(&self.config).get_caller_identity();
        let here = Location::new("the caller's account", &self.region);
        let answer = request.customize().interceptor(dated.clone()).send().await;
        let told = dated.0.load(Ordering::SeqCst);
        if told > 0 {
            return told;
        }
        let error = answer.called("sts:GetCallerIdentity", &here).err().map(|error| error.to_string());
        tracing::warn!(error, "AWS did not say what time it is; going by this machine's clock");
        OffsetDateTime::now_utc().unix_timestamp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_as_services_write_it() {
        assert_eq!(seconds("Fri, 02 Jan 2026 03:04:05 GMT"), Some(1_767_323_045));
        assert_eq!(seconds("yesterday"), None);
    }
}
