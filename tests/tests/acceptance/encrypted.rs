//! A trail that encrypts its files with a key of KMS: the filter may read them, whenever the trail was given the key.

use guard_tests::{
    Error, Result,
    chain::Guard,
    script::{LEAK, Script, WORK},
    world::{Block, World, actions},
};
use serde_json::json;

/// Gives the trail a key, with which its files are encrypted from now on.
fn encrypt(world: &World) -> Result<String> {
    let management = world.cloud.administrator(world.management());
    let key = management.run(&["kms", "create-key"])?["KeyMetadata"]["Arn"].clone();
    let key = key.as_str().ok_or_else(|| Error::Cloud("a key without an ARN".to_owned()))?.to_owned();
    let (trail, bucket) = (&world.cloud.ready().trail, &world.cloud.ready().bucket);
    management.run(&["cloudtrail", "update-trail", "--name", trail, "--kms-key-id", &key])?;
    let default = json!({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key});
    let rules = json!({"Rules": [{ "ApplyServerSideEncryptionByDefault": default }]}).to_string();
    let put =
        ["s3api", "put-bucket-encryption", "--bucket", bucket, "--server-side-encryption-configuration"];
    management.run(&[&put[..], &[&rules]].concat())?;
    Ok(key)
}

#[test]
fn the_filter_reads_what_the_trail_encrypts_also_if_it_does_so_later() -> Result<()> {
    let Some(world) = World::that_can("denials")? else { return Ok(()) };
    let mut script = Script::hire(&world.cloud, "222222222222", "backup")?;
    world.configure(&[Block::new("backup", &Guard::new("222222222222", "eu-west-1", "backup"))])?;
    world.apply()?;
    encrypt(&world)?;
    assert_eq!(actions(&world.terraform.plan()?, "backup"), ["update"]);
    world.apply()?;
    for action in &WORK {
        script.does(action)?;
    }
    script.does(&LEAK[0])?;
    script.deliver(&world.cloud)?;
    world.cloud.until("the user being denied", 90, |_| Ok(script.is_denied()?.then_some(())))?;
    world.terraform.destroy()?;
    script.dismiss()?;
    world.empty()
}
