//! The SDK's configuration.

use aws_config::{
    BehaviorVersion, Region, SdkConfig, ecs::EcsCredentialsProvider,
    imds::credentials::ImdsCredentialsProvider, meta::credentials::CredentialsProviderChain,
    profile::ProfileFileCredentialsProvider, provider_config::ProviderConfig,
};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::app_name::AppName;

use super::super::AccessError;
use super::{Environment, Settings, files, http, retries};

/// Loads the configuration. Nobody is asked yet, but for a region where none is given.
///
/// # Errors
/// If a setting can't be used, or there is half a key.
pub(in crate::aws) async fn load(
    settings: &Settings,
    environment: &Environment,
) -> Result<SdkConfig, AccessError> {
    let client = http::client(settings, environment)?;
    let shared = files::files(settings, environment)?;
    let profiles = files::profiles(settings, environment, &shared).await?;
    let of_profile = |key: &str| profiles.as_ref().and_then(|profiles| profiles.get(key));
    let retries = retries::retries(settings, environment, of_profile)?;
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client.clone())
        .retry_config(retries)
        .profile_files(shared.clone());
    if let Some(name) = files::profile_name(settings, environment) {
        loader = loader.profile_name(name);
    }
    if let Some(region) = &settings.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(fips) = settings.fips {
        loader = loader.use_fips(fips);
    }
    if let Some(dual_stack) = settings.dual_stack {
        loader = loader.use_dual_stack(dual_stack);
    }
    if let Some(name) = app_name(environment, of_profile("sdk_ua_app_id")) {
        loader = loader.app_name(name);
    }
    match (&settings.access_key, &settings.secret_key) {
        (Some(key), Some(secret)) => {
            let token = settings.token.clone();
            loader = loader.credentials_provider(Credentials::new(key, secret, token, None, "ProviderBlock"));
        }
        (None, None) => {}
        _ => return Err(AccessError::HalfAKey),
    }
    tracing::debug!(terraform = settings.terraform_version, "loading the AWS configuration");
    let config = loader.load().await;
    Ok(match &settings.profile {
        Some(profile) if settings.access_key.is_none() => with_profile(config, client, shared, profile),
        _ => config,
    })
}

/// The configuration with the credentials of a profile that the block names: the SDK's own chain would take the
/// environment's keys first, hashicorp/aws doesn't. A profile without credentials leaves them to the machine.
fn with_profile(
    config: SdkConfig,
    client: SharedHttpClient,
    files: EnvConfigFiles,
    profile: &str,
) -> SdkConfig {
    let provider = ProviderConfig::without_region()
        .with_http_client(client)
        .with_region(config.region().cloned())
        .with_use_fips(config.use_fips())
        .with_use_dual_stack(config.use_dual_stack())
        .with_behavior_version(config.behavior_version());
    let of_profile = ProfileFileCredentialsProvider::builder()
        .configure(&provider)
        .profile_files(files)
        .profile_name(profile)
        .build();
    let chain = CredentialsProviderChain::first_try("Profile", of_profile)
        .or_else("EcsContainer", EcsCredentialsProvider::builder().configure(&provider).build())
        .or_else("Ec2InstanceMetadata", ImdsCredentialsProvider::builder().configure(&provider).build());
    config.into_builder().credentials_provider(SharedCredentialsProvider::new(chain)).build()
}

/// Our name, unless the user's AWS_SDK_UA_APP_ID or profile names the application; the SDK reads those itself.
fn app_name(environment: &Environment, of_profile: Option<&str>) -> Option<AppName> {
    if environment.get("AWS_SDK_UA_APP_ID").or(of_profile).is_some() {
        return None;
    }
    AppName::new(format!("guard-{}", env!("CARGO_PKG_VERSION"))).ok()
}
