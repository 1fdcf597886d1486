//! The roles and users of an account.
//!
//! One page of GetAccountAuthorizationDetails answers for all of them in most accounts. It is believed only
//! where it shows what is wanted; what isn't on it, or looks wrong, is asked for by name.

use std::{collections::HashMap, sync::Arc};

use aws_sdk_iam::types::{EntityType, RoleDetail, UserDetail};
use tokio::sync::OnceCell;

use super::Site;
use super::answers::{Answer, Answers};
use super::error::Called;

/// The most that a page holds (IAM, GetAccountAuthorizationDetails, `MaxItems`).
const PAGE: i32 = 1000;

/// A page.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) roles: HashMap<String, RoleDetail>,
    /// By lower-case name: IAM's user names are unique whatever their case.
    pub(super) users: HashMap<String, UserDetail>,
}

/// What is known of an account's identities.
#[derive(Default)]
pub(super) struct Identities {
    page: Answers<Page>,
    /// The first page that was read. guard writes roles and no users, so of these it stays true.
    users: OnceCell<Arc<Page>>,
}

impl Identities {
    pub(super) fn forget(&self) {
        self.page.forget();
    }
}

/// The users' page.
pub(super) async fn users(site: &Site) -> &Page {
    site.identities.users.get_or_init(|| page(site)).await
}

/// The first page; an empty one where AWS refuses it: then everything is asked for by name.
pub(super) async fn page(site: &Site) -> Arc<Page> {
    let answer: Arc<Answer<Page>> = site.identities.page.about("account");
    let page = answer.get(|| async {
        let request = site.iam.get_account_authorization_details().max_items(PAGE);
        let request = request.filter(EntityType::Role).filter(EntityType::User);
        let answer = request.send().await.called("iam:GetAccountAuthorizationDetails", &site.at);
        Ok(match answer {
            Ok(answer) => Page {
                roles: by(answer.role_detail_list(), |role| role.role_name().map(str::to_owned)),
                users: by(answer.user_detail_list(), |user| user.user_name().map(str::to_lowercase)),
            },
            Err(error) => {
                tracing::debug!(%error, "asking for roles and users by name instead");
                Page::default()
            }
        })
    });
    page.await.unwrap_or_default()
}

fn by<T: Clone>(items: &[T], key: impl Fn(&T) -> Option<String>) -> HashMap<String, T> {
    items.iter().filter_map(|item| Some((key(item)?, item.clone()))).collect()
}
