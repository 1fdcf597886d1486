//! What a probe has made, and how it goes.

use std::thread::sleep;

use crate::{
    aws::{Answer, Aws},
    sandbox::Patience,
};

/// How often something is removed that AWS doesn't let go of at once: a bus whose rules have just been deleted, a role
/// whose policies have.
const TRIES: u32 = 8;

/// How AWS's codes say that something is not there.
const ABSENT: [&str; 4] = ["NotFound", "NoSuch", "NonExistent", "DoesNotExist"];

/// What a probe has made.
#[derive(Debug)]
pub(super) struct Made {
    undo: Vec<(Aws, Vec<String>)>,
    left: Vec<String>,
    patience: Patience,
}

impl Made {
    /// Nothing yet.
    pub(super) fn new(patience: Patience) -> Self {
        Self { undo: Vec::new(), left: Vec::new(), patience }
    }

    /// Notes the call that removes something. To be noted before the thing is made: a call that failed may have made it.
    pub(super) fn undo(&mut self, who: &Aws, args: &[&str]) {
        self.undo.push((who.clone(), args.iter().map(|&word| word.to_owned()).collect()));
    }

    /// Notes what is left, because it could not be removed.
    pub(super) fn leave(&mut self, left: Vec<String>) {
        self.left.extend(left);
    }

    /// Removes everything, the last thing first; what is left, and why.
    pub(super) fn remove(mut self) -> Vec<String> {
        while let Some((who, args)) = self.undo.pop() {
            let args: Vec<_> = args.iter().map(String::as_str).collect();
            if let Err(why) = self.make(&who, &args) {
                self.left.push(format!("aws {} in {}: {why}", args.join(" "), who.region()));
            }
        }
        self.left
    }

    fn make(&self, who: &Aws, args: &[&str]) -> Result<(), String> {
        let mut tries = 0;
        loop {
            let why = match who.call(args) {
                Ok(Answer::Allowed(_)) => return Ok(()),
                Ok(Answer::Refused { code, .. }) if ABSENT.iter().any(|absent| code.contains(absent)) => {
                    return Ok(());
                }
                Ok(Answer::Refused { code, message }) => format!("{code}: {message}"),
                Err(error) => error.to_string(),
            };
            tries += 1;
            if tries == TRIES {
                return Err(why);
            }
            sleep(self.patience.look);
        }
    }
}
