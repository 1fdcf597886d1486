//! Which accounts the caller may be of: a guard against the wrong credentials.

use super::super::AccessError;

/// The lists of the provider block. At most one of them has entries; Terraform is told so when both have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Permitted {
    /// The only accounts, if there are any.
    pub(crate) only: Vec<String>,
    /// Accounts that never.
    pub(crate) never: Vec<String>,
}

impl Permitted {
    /// Whether nothing is asked of the caller.
    pub(in crate::aws) fn lets_everybody(&self) -> bool {
        self.only.is_empty() && self.never.is_empty()
    }

    /// Refuses a caller.
    pub(in crate::aws) fn check(&self, caller: &str) -> Result<(), AccessError> {
        let named = |accounts: &[String]| accounts.iter().any(|account| account == caller);
        if named(&self.never) {
            return Err(AccessError::Forbidden { caller: caller.to_owned() });
        }
        if !self.only.is_empty() && !named(&self.only) {
            return Err(AccessError::NotAllowed { caller: caller.to_owned(), only: self.only.join(", ") });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(accounts: &[&str]) -> Vec<String> {
        accounts.iter().map(|account| (*account).to_owned()).collect()
    }

    #[test]
    fn only_an_allowed_account_goes_on() {
        let permitted = Permitted { only: list(&["111111111111", "222222222222"]), never: vec![] };
        assert!(permitted.check("222222222222").is_ok());
        let refused = permitted.check("333333333333").expect_err("it is not in the list").to_string();
        assert!(
            refused.contains("333333333333") && refused.contains("111111111111, 222222222222"),
            "{refused}"
        );
    }

    #[test]
    fn a_forbidden_account_does_not_go_on() {
        let permitted = Permitted { only: vec![], never: list(&["111111111111"]) };
        assert!(permitted.check("222222222222").is_ok());
        let refused = permitted.check("111111111111").expect_err("it is in the list").to_string();
        assert!(refused.contains("111111111111") && refused.contains("forbidden_account_ids"), "{refused}");
    }

    #[test]
    fn without_lists_nobody_is_asked() {
        assert!(Permitted::default().lets_everybody() && Permitted::default().check("111111111111").is_ok());
    }
}
