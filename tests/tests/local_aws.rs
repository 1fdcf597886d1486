//! What the other tests lean on: the local AWS, with a user whose key really works and really is refused.

use std::thread;

use guard_tests::{
    Error, Result,
    aws::Answer,
    cloud::Cloud,
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

#[test]
fn calls_at_the_same_time_are_each_their_callers() -> Result<()> {
    let cloud = Cloud::start()?;
    let accounts = ["111111111111", "222222222222", "333333333333", "444444444444"];
    let identity = |account: &str| {
        let answer = cloud.administrator(account).run(&["sts", "get-caller-identity"])?;
        assert_eq!(answer["Account"], account);
        Ok::<_, Error>(())
    };
    // More than there are processes.
    thread::scope(|scope| {
        let calls: Vec<_> =
            accounts.iter().cycle().take(12).map(|one| scope.spawn(|| identity(one))).collect();
        calls
            .into_iter()
            .try_for_each(|call| call.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
