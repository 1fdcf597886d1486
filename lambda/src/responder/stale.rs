//! What is ignored: what a user did before its guard was re-armed.

use guard_contract::{AHEAD, Rearmed};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::Trigger;

/// How long after the re-arming an alarm is ignored, for it does not say which records moved it.
///
/// CloudTrail delivers within about 5 minutes on average (CloudTrail, "How CloudTrail works") and typically within
/// 15: so long, records from before the re-arming still arrive. Those from after it come on the rule's path, too.
pub(super) const LATE: Duration = Duration::minutes(15);

/// How long before its guard a record may be and still trip it: whoever has just found a leaked key guards its user and
/// wants it denied for what CloudTrail is about to deliver.
const BEFORE: Duration = Duration::hours(1);

/// When the call was made, in seconds since 1970; `None` if that can't be read.
fn called_at(trigger: &Trigger) -> Option<i64> {
    let time = OffsetDateTime::parse(trigger.event_time.as_deref()?, &Rfc3339).ok()?;
    Some(time.unix_timestamp())
}

/// Whether a record is from long before the guard was built: a bucket whose files are restored, copied in place or
/// encrypted anew delivers years of them once more.
pub(super) fn is_before(trigger: &Trigger, since: Option<i64>) -> bool {
    let begun = since.map(|since| since.saturating_sub(BEFORE.whole_seconds()));
    matches!((called_at(trigger), begun), (Some(called), Some(begun)) if called < begun)
}

/// Whether an alarm may have been moved by records from before the guard, which came at that time.
pub(super) fn is_moved_by_old(trigger: &Trigger, came: Option<OffsetDateTime>, now: OffsetDateTime) -> bool {
    trigger.path() == "alarm"
        && came.is_some_and(|came| came <= now + Duration::seconds(AHEAD) && now < came + LATE)
}

/// Whether what came is from before the re-arming.
pub(super) fn is_stale(trigger: &Trigger, rearmed: Option<&Rearmed>, now: OffsetDateTime) -> bool {
    let Some(rearmed) = rearmed else { return false };
    if trigger.path() == "alarm" {
        return now.unix_timestamp() < rearmed.at.saturating_add(LATE.whole_seconds());
    }
    // A time that can't be read is no reason to let a leaked key go on.
    called_at(trigger).is_some_and(|called| called <= rearmed.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REARMED: i64 = 1_767_323_045; // 2026-01-02T03:04:05Z

    fn is_ignored(trigger: &Trigger, now: i64) -> bool {
        let rearmed = Rearmed { at: REARMED, word: String::new() };
        let now = OffsetDateTime::from_unix_timestamp(now).expect("a time");
        is_stale(trigger, Some(&rearmed), now)
    }

    fn at(time: &str) -> Trigger {
        Trigger { event_time: Some(time.into()), ..Trigger::default() }
    }

    #[test]
    fn a_record_from_before_the_re_arming_is_ignored_however_late_it_comes() {
        assert!(is_ignored(&at("2026-01-02T03:04:05Z"), REARMED + 9999));
        assert!(is_ignored(&at("2026-01-02T04:04:05+01:00"), REARMED));
        assert!(!is_ignored(&at("2026-01-02T03:04:06Z"), REARMED));
    }

    #[test]
    fn a_record_without_a_legible_time_is_not() {
        assert!(!is_ignored(&at("yesterday"), REARMED));
        assert!(!is_ignored(&Trigger::default(), REARMED));
    }

    #[test]
    fn an_alarm_is_ignored_while_older_records_may_still_move_it() {
        let alarm = Trigger::alarm("arn".into(), "rule".into());
        assert!(is_ignored(&alarm, REARMED + 15 * 60 - 1));
        assert!(!is_ignored(&alarm, REARMED + 15 * 60));
    }

    #[test]
    fn a_record_from_an_hour_before_the_guard_is_too_old_and_a_later_one_is_not() {
        assert!(is_before(&at("2026-01-02T02:04:04Z"), Some(REARMED)));
        assert!(!is_before(&at("2026-01-02T02:04:05Z"), Some(REARMED)));
        assert!(!is_before(&at("1999-01-01T00:00:00Z"), None));
        assert!(
            !is_before(&at("yesterday"), Some(REARMED)) && !is_before(&Trigger::default(), Some(REARMED))
        );
    }

    #[test]
    fn nothing_is_ignored_of_a_guard_that_never_was_re_armed() {
        assert!(!is_stale(&at("1999-01-01T00:00:00Z"), None, OffsetDateTime::UNIX_EPOCH));
    }
}
