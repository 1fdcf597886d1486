//! A required argument that is null: Terraform lets it through to the provider.

use guard_tests::{Result, chain::Guard, terraform::requirements, world::World};

/// A guard and what looks at it, with these values; `nothing` is a variable whose value is null.
fn configure(world: &World, [account, region, user]: [&str; 3], account_ids: &str) -> Result<()> {
    let text = format!(
        "{}
provider \"guard\" {{
  region = \"{}\"
}}
variable \"nothing\" {{
  type    = string
  default = null
}}
resource \"guard_iam_user\" \"backup\" {{
  account_id = {account}
  region     = {region}
  user_name  = {user}
}}
data \"guard_permissions\" \"all\" {{
  account_ids = {account_ids}
}}
",
        requirements(),
        world.hub()
    );
    world.terraform.write("main.tf", &text)
}

#[test]
fn a_required_argument_that_is_null_is_refused_and_the_guard_stays() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    let accounts = "[\"222222222222\"]";
    let whole = ["\"222222222222\"", "\"eu-west-1\"", "\"backup\""];
    configure(&world, whole, accounts)?;
    world.apply()?;
    let before = world.cloud.inventory()?;
    for null in ["null", "var.nothing"] {
        configure(&world, [whole[0], whole[1], null], accounts)?;
        for command in
            [&["validate", "-no-color"][..], &["apply", "-auto-approve", "-input=false", "-no-color"]]
        {
            // A variable's value is not known to validate.
            if null == "var.nothing" && command[0] == "validate" {
                continue;
            }
            let said = world.terraform.fails(command)?;
            assert!(said.contains("`user_name` is required"), "{command:?}, {null}: {said}");
        }
    }
    for (index, argument) in ["account_id", "region"].into_iter().enumerate() {
        let mut values = whole;
        values[index] = "null";
        configure(&world, values, accounts)?;
        let said = world.terraform.fails(&["validate", "-no-color"])?;
        assert!(said.contains(&format!("`{argument}` is required")), "{said}");
    }
    configure(&world, whole, "null")?;
    let said = world.terraform.fails(&["validate", "-no-color"])?;
    assert!(said.contains("`account_ids` is required"), "{said}");
    assert_eq!(world.cloud.inventory()?, before);
    configure(&world, whole, accounts)?;
    world.settled()?;
    world.destroy()
}
