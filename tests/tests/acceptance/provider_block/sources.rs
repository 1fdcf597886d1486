//! Where credentials come from that the environment doesn't hold.

use std::{
    io::Write,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use guard_tests::{
    Error, Result,
    world::{Block, World},
};
use serde_json::json;

use super::{PLAN, guard, role_of_caller};

/// A token without a signature: issued by token.example.com, for sts.amazonaws.com, about `pipeline`.
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL3Rva2VuLmV4YW1wbGUuY29tIiwiYXVkIjoic3RzLmFtYXpvbmF3cy5jb20iLCJzdWIiOiJwaXBlbGluZSJ9.eA";

#[test]
fn an_identity_providers_token_is_enough() -> Result<()> {
    let mut world = World::new()?;
    world.hire(&guard())?;
    let management = world.management().to_owned();
    let action = json!("sts:AssumeRoleWithWebIdentity");
    let issuer = json!({"Federated": format!("arn:aws:iam::{management}:oidc-provider/token.example.com")});
    role_of_caller(&world, "ci", &action, &issuer)?;
    world.terraform.write("token", &format!("{TOKEN}\n"))?;
    let home = world.terraform.path().display().to_string();
    for (name, value) in [
        ("HOME", home),
        ("AWS_ACCESS_KEY_ID", String::new()),
        ("AWS_SECRET_ACCESS_KEY", String::new()),
        ("AWS_ROLE_ARN", format!("arn:aws:iam::{management}:role/ci")),
    ] {
        world.terraform.set(name, &value);
    }
    let block = "  assume_role_with_web_identity {\n    web_identity_token_file = \"~/token\"\n  }";
    world.configure_with(block, &[Block::new("backup", &guard())])?;
    let (since, _) = world.cloud.requests(u64::MAX)?;
    assert!(world.terraform.plan()?.changes);
    let (_, requests) = world.cloud.requests(since)?;
    // The local AWS knows a request's service by its signature, and this one is not signed.
    let unsigned: Vec<_> = requests.iter().filter(|request| request.service.is_empty()).collect();
    assert!(unsigned.len() == 1 && unsigned[0].agent.contains("api/sts"), "{unsigned:?}");
    Ok(())
}

#[test]
fn the_metadata_service_is_asked_only_where_it_may_be() -> Result<()> {
    let mut world = World::new()?;
    let service = TcpListener::bind("127.0.0.1:0").map_err(Error::io("playing EC2's metadata service"))?;
    let address = service.local_addr().map_err(Error::io("playing EC2's metadata service"))?;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    thread::spawn(move || {
        for mut stream in service.incoming().flatten() {
            count.fetch_add(1, Ordering::SeqCst);
            let _ =
                stream.write_all(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        }
    });
    for (name, value) in [
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", format!("http://{address}")),
        ("AWS_EC2_METADATA_DISABLED", "false".to_owned()),
        ("AWS_ACCESS_KEY_ID", String::new()),
        ("AWS_SECRET_ACCESS_KEY", String::new()),
    ] {
        world.terraform.set(name, &value);
    }
    world.configure_with("skip_metadata_api_check = true", &[Block::new("backup", &guard())])?;
    world.terraform.fails(&PLAN)?;
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    world.configure(&[Block::new("backup", &guard())])?;
    world.terraform.fails(&PLAN)?;
    assert!(asked.load(Ordering::SeqCst) > 0, "there are no credentials anywhere else");
    Ok(())
}
