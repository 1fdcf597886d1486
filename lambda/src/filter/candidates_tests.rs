use super::*;
use crate::filter::scan::{Found, Scanner};

fn may_be(record: &str) -> bool {
    let all = [Candidates::new(&[]), Candidates::new(&["backup\"".into()])];
    let plain = AhoCorasick::builder().build(MARKS).expect("four words");
    let plain = Candidates { marks: Marks::Plain(plain), ..Candidates::new(&[]) };
    let answers: Vec<bool> =
        all.iter().chain([&plain]).map(|it| it.may_be(record.as_bytes(), None)).collect();
    assert!(answers.iter().all(|it| *it == answers[0]), "{record}");
    answers[0]
}

#[test]
fn the_longest_mark_and_the_rarest_letter_are_as_long_and_where_they_are_said_to_be() {
    assert!(MARKS.iter().all(|mark| mark.len() <= LONGEST) && DENIED_WORDS[RARE] == b'z');
}

#[test]
fn a_mark_is_found_wherever_it_may_begin() {
    let record = format!(r#"{{"x":"{}","eventName":"GetCallerIdentity"}}"#, "x".repeat(100));
    let place = record.find("\"Get").expect("it is there");
    let found = |begin, end| Candidates::new(&[]).may_be(record.as_bytes(), Some(Span { begin, end }));
    assert!(found(place, place + 1) && found(0, place + 1) && found(place - 50, record.len()));
    assert!(!found(place + 1, record.len()));
    let message = r#""errorMessage":"not authorized to perform""#;
    let record = format!(r#"{{"errorCode":"Failed","x":"{}",{message}}}"#, "x".repeat(100));
    let place = record.find(message).expect("it is there");
    let found = |end| Candidates::new(&[]).may_be(record.as_bytes(), Some(Span { begin: 1, end }));
    assert!(found(place + 1) && !found(place - LONGEST));
}

#[test]
fn an_error_alone_is_told_from_one_with_more_behind_it() {
    let candidates = Candidates::new(&[]);
    let errors = [
        r#""errorCode":"Failed""#,
        r#""errorCode":"Failed","errorMessage":"no""#,
        r#""errorCode":"Failed","errorMessage":null"#,
        r#""errorCode":"Access\u0044enied","errorMessage":"no""#,
        r#""errorCode":"Access\u0044enied","errorMessage":null"#,
        r#""errorCode":"Failed","errorMessages":"not authorized to perform""#,
        r#""errorCode":"Failed","errorMessage":"not authorized to perform""#,
        r#""errorCode":"Failed" ,"errorMessage":"not authorized to perform""#,
        r#""errorCode":"Forbidden""#,
        r#""errorCode":403"#,
        r#""errorCodes":"AccessDenied""#,
        r#""errorMessage":"not authorized to perform""#,
    ];
    let others = [
        "",
        r#","x":"y""#,
        r#","eventName":"ConsoleLogin""#,
        r#","errorCode":"AccessDenied""#,
        r#","errorMessage":"not authorized to perform""#,
        r#","errorMessage":"no","errorMessage":"not authorized to perform""#,
        r#","x":"\u0041""#,
        r#","x":"\u0041","eventName":"GetCallerIdentity""#,
    ];
    for (error, other) in errors.iter().flat_map(|it| others.map(|other| (it, other))) {
        let record = format!(r#"{{"x":"{}",{error}{other},"y":1}}"#, "x".repeat(70));
        let text = format!(r#"{{"Records":[{record}]}}{}"#, " ".repeat(99));
        let mut found = 0;
        let read = Scanner::default().push(text.as_bytes(), |it| {
            let Found::Record(bytes, span) = it else { panic!("it is short") };
            found += 1;
            let anywhere = candidates.may_be(bytes, None);
            assert!(span.is_some() || !anywhere, "{record}");
            assert!(span.is_none_or(|_| candidates.may_be(bytes, span) == anywhere), "{record}");
        });
        assert!(read.is_ok() && found == 1, "{record}");
    }
}

#[test]
fn a_denial_is_a_candidate_however_it_is_written() {
    for record in [
        r#"{"errorCode":"AccessDenied"}"#,
        "{\"errorCode\" \t:\r\n \"Client.UNAUTHORIZEDOPERATION\"}",
        r#"{"errorCode":"Forbidden"#,
        r#"{"errorCode":"\"\\\"Forbidden\\"}"#,
        r#"{"errorCode":"Failed","errorMessage":"User \"x\" is Not Authorized to perform it"}"#,
        r#"{"errorMessage":"you are not authorized to perform it","errorCode":"Failed"}"#,
        r#"{"a":{"errorCode":"Throttled"},"errorCode":"Forbidden"}"#,
        r#"{"errorMessage":"no","errorCode":"Failed","errorMessage":"not authorized to perform"}"#,
        r#"{"\u0065rrorCode":"AccessDenied"}"#,
        r#"{"errorCode":"Access\u0044enied"}"#,
    ] {
        assert!(may_be(record), "{record}");
    }
}

#[test]
fn other_calls_are_candidates_by_their_names() {
    assert!(may_be(r#"{"eventName":"GetCallerIdentity"}"#) && may_be(r#"{"eventName":"ConsoleLogin"}"#));
    assert!(may_be(r#"{"eventName":"UpdateUser"}"#) && !may_be(r#"{"eventName":"UpdateUserPool"}"#));
    for name in ["backup", "errorCode", "errorCodes"] {
        let record = format!(r#"{{"userName":"{name}"}}"#);
        assert!(Candidates::new(&[format!("{name}\"")]).may_be(record.as_bytes(), None), "{name}");
    }
}

#[test]
fn what_is_no_signal_is_not_parsed() {
    for record in [
        r#"{"eventName":"GetObject","requestParameters":{"x":"AccessDenied is not authorized to perform"}}"#,
        r#"{"errorCode":"NoSuchBucket","errorMessage":"it is not there"}"#,
        r#"{"errorCode":"ThrottlingException","requestParameters":{"x":"Forbidden"}}"#,
        r#"{"errorCode":403,"errorCodes":"AccessDenied","errorMessage":null}"#,
        r#"{"errorCode"}"#,
    ] {
        assert!(!may_be(record), "{record}");
    }
}
