//! Whom TLS trusts: the certificates of `custom_ca_bundle`, or the system's.

use aws_smithy_http_client::tls::TrustStore;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::{Environment, Origin, SettingError, Settings, expanded};

/// The certificates to trust. A bundle takes the place of the system's, as in the SDK for Go.
pub(super) fn trusted(settings: &Settings, environment: &Environment) -> Result<TrustStore, SettingError> {
    let variable = || environment.get("AWS_CA_BUNDLE").map(|path| (Origin::Variable("AWS_CA_BUNDLE"), path));
    let argument = settings.ca_bundle.as_deref().map(|path| (Origin::Argument("custom_ca_bundle"), path));
    let Some((origin, path)) = argument.or_else(variable) else { return Ok(TrustStore::default()) };
    let path = expanded(path, environment);
    let text = std::fs::read(&path).map_err(|cause| SettingError::Unreadable {
        origin,
        path: path.clone(),
        cause,
    })?;
    // The SDK panics over what it can't read, so it is read here first.
    match certificates(&text) {
        Ok(()) => Ok(TrustStore::empty().with_pem_certificate(text)),
        Err(fault) => Err(SettingError::Certificates { origin, path, fault }),
    }
}

fn certificates(text: &[u8]) -> Result<(), String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(text) {
        let certificate = certificate.map_err(|error| format!("is not PEM ({error})"))?;
        roots.add(certificate).map_err(|error| format!("has a certificate that can't be used ({error})"))?;
    }
    if roots.is_empty() { Err("has no certificate".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn said(text: &str) -> String {
        let file =
            std::env::temp_dir().join(format!("guard-bundle-{}-{}.pem", std::process::id(), text.len()));
        fs::write(&file, text).expect("there is a folder for such files");
        let settings = Settings { ca_bundle: Some(file.display().to_string()), ..Settings::default() };
        let trusted = trusted(&settings, &Environment::default());
        fs::remove_file(&file).expect("it was written");
        trusted.map(drop).expect_err("no certificates").to_string()
    }

    #[test]
    fn a_bundle_without_certificates_is_refused() {
        assert!(said("").contains("has no certificate"), "{}", said(""));
        let cut = said("-----BEGIN CERTIFICATE-----\nAAAA\n");
        assert!(cut.contains("is not PEM"), "{cut}");
        let other = said("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assert!(other.contains("a certificate that can't be used"), "{other}");
    }

    #[test]
    fn a_bundle_that_is_not_there_is_named_with_what_names_it() {
        let environment = Environment::of(&[("AWS_CA_BUNDLE", "/nowhere/ca.pem")]);
        let error = trusted(&Settings::default(), &environment).map(drop).expect_err("it isn't there");
        assert!(error.to_string().contains("AWS_CA_BUNDLE") && error.to_string().contains("/nowhere/ca.pem"));
        let block = Settings { ca_bundle: Some("/nowhere/else.pem".into()), ..Settings::default() };
        let error = trusted(&block, &environment).map(drop).expect_err("it isn't there either");
        assert_eq!(error.argument(), Some("custom_ca_bundle"));
    }
}
