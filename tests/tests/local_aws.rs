//! What the other tests lean on: the local AWS, with a user whose key really works and really is refused.

use guard_tests::{
    Result,
    aws::Answer,
    script::{LEAK, Script, WORK},
    world::World,
};

#[test]
fn a_script_may_do_its_work_and_nothing_else() -> Result<()> {
    let Some(World { cloud, .. }) = World::that_can("denials")? else { return Ok(()) };
    let mut script = Script::hire(&cloud, "222222222222", "backup-script")?;
    for action in &WORK {
        assert!(matches!(script.does(action)?, Answer::Allowed(_)), "{action:?}");
    }
    let [identity, rest @ ..] = &LEAK;
    assert!(matches!(script.does(identity)?, Answer::Allowed(_)));
    for action in rest {
        assert!(matches!(script.does(action)?, Answer::Refused { .. }), "{action:?}");
    }
    let delivery = script.deliver(&cloud)?;
    let management = cloud.administrator(&cloud.ready().management_account);
    let bucket = &cloud.ready().bucket;
    management.run(&["s3api", "head-object", "--bucket", bucket, "--key", &delivery.key])?;
    script.dismiss()?;
    assert_eq!(cloud.inventory()?, Vec::<String>::new());
    Ok(())
}
