//! Who has a leaked key, or administrates one member account, and what they get. Each file plays one attack.

mod alarms;
mod configuration;
mod leaked_key;
mod listed_rules;
mod mistakes;
pub(crate) mod muted;
mod rearmed;
mod replay;
mod roles;

use guard_tests::{
    Result,
    chain::Guard,
    world::{Block, World},
};

/// The attacker's account has one guarded user, and so has another account.
pub(crate) struct Neighbours {
    pub(crate) world: World,
    /// In the attacker's account.
    pub(crate) attacked: Guard,
    /// In another one.
    pub(crate) other: Guard,
}

impl Neighbours {
    /// Both guarded.
    pub(crate) fn new() -> Result<Self> {
        Self::on(World::new()?)
    }

    /// Both guarded on that local AWS.
    pub(crate) fn on(world: World) -> Result<Self> {
        let attacked = Guard::new("222222222222", "eu-west-1", "backup");
        let other = Guard::new("333333333333", "eu-west-1", "deploy");
        for guard in [&attacked, &other] {
            world.hire(guard)?;
        }
        let neighbours = Self { world, attacked, other };
        neighbours.configure("")?;
        neighbours.world.apply()?;
        Ok(neighbours)
    }

    /// Writes the configuration of both, the other one's with further arguments.
    pub(crate) fn configure(&self, more: &str) -> Result<()> {
        let other = Block::new("deploy", &self.other).with(more);
        self.world.configure(&[Block::new("backup", &self.attacked), other])
    }
}
