use super::*;

/// The records of a text that comes in blocks of that size.
fn records(text: &str, block: usize) -> Result<Vec<String>, ScanError> {
    let mut scanner = Scanner::default();
    let mut records = Vec::new();
    for piece in text.as_bytes().chunks(block) {
        scanner.push(piece, |found| match found {
            Found::Record(bytes, _) => records.push(String::from_utf8_lossy(bytes).into_owned()),
            Found::TooLong => panic!("nothing is too long here"),
        })?;
    }
    scanner.finish().map(|()| records)
}

fn same_in_every_block_size(text: &str, expected: &[&str]) {
    for block in 1..=text.len() {
        assert_eq!(records(text, block).expect(text), expected, "blocks of {block}");
    }
}

#[test]
fn records_are_found_in_blocks_of_any_size() {
    same_in_every_block_size(r#"{"Records":[{"a":1},{"b":[{}]}]}"#, &[r#"{"a":1}"#, r#"{"b":[{}]}"#]);
    same_in_every_block_size(r#"{"Records":[]}"#, &[]);
}

#[test]
fn braces_quotes_and_escapes_in_strings_end_nothing() {
    let record = r#"{"a":"}]{[\"\\","b\"}":"\\\\\"","c":"é\u0022}"}"#;
    same_in_every_block_size(&format!(r#"{{"Records":[{record},{record}]}}"#), &[record, record]);
}

#[test]
fn other_members_and_white_space_are_tolerated() {
    let text = "\r\n{ \"a\" : \"x,}]\\\"\" , \"b\":-1.5e3, \"c\" :{\"Records\":[{\"no\":1}]},\n\"d\":null,\
                \"e\":[1,\"]\",[]], \"Records\" : [ {\"a\": 1} ,\n {} ] , \"f\":true }\n";
    same_in_every_block_size(text, &[r#"{"a": 1}"#, "{}"]);
}

#[test]
fn an_escaped_name_and_several_documents_are_read() {
    same_in_every_block_size(
        r#"{"Rec\u006frds":[{"a":1}]} {"Records":[{"b":2}]}"#,
        &[r#"{"a":1}"#, r#"{"b":2}"#],
    );
}

#[test]
fn nesting_of_any_depth_is_read() {
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let text = format!(r#"{{"Records":[{deep}]}}"#);
    assert_eq!(records(&text, 4096).expect("deep"), [deep]);
}

#[test]
fn a_text_of_another_shape_is_an_error() {
    for text in [
        "[]",
        "x",
        r#"{"Records":{}}"#,
        r#"{"Records":null}"#,
        r#"{"Records":[1]}"#,
        r#"{"Records":[{},]}"#,
        r#"{"Records":[{}{}]}"#,
        r#"{"Records":[]} x"#,
        r#"{"Records":[]"a":1}"#,
        r#"{"Records":[],}"#,
        r#"{"a":}"#,
        r#"{"a" 1}"#,
        r#"{1:1}"#,
    ] {
        for block in [1, 3, 100] {
            assert!(matches!(records(text, block), Err(ScanError::Shape { .. })), "{text}");
        }
    }
    assert_eq!(records(r#"{"digestS3Object":"x"}"#, 5), Err(ScanError::NoRecords));
    assert_eq!(records("{}", 5), Err(ScanError::NoRecords));
}

#[test]
fn a_text_cut_anywhere_is_an_error_but_its_whole_records_are_found() {
    let text = r#"{"x":"y","Records":[{"a":1},{"b":"\"}"}]}"#;
    for end in 0..text.len() {
        assert!(matches!(records(&text[..end], 7), Err(ScanError::Truncated { .. })), "{end}");
    }
    let mut found = 0;
    Scanner::default().push(&text.as_bytes()[..text.len() - 5], |_| found += 1).expect("so far so good");
    assert_eq!(found, 1);
}

#[test]
fn a_record_that_is_too_long_is_reported_once_and_the_next_one_is_read() {
    let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(100));
    let text = format!(r#"{{"Records":[{{"b":1}},{long},{{"c":2}}]}}"#);
    for block in [1, 10, 1000] {
        let mut scanner = Scanner::with_limit(50);
        let (mut records, mut too_long) = (Vec::new(), 0);
        for piece in text.as_bytes().chunks(block) {
            scanner
                .push(piece, |found| match found {
                    Found::Record(bytes, _) => records.push(bytes.to_vec()),
                    Found::TooLong => too_long += 1,
                })
                .expect("well formed");
        }
        scanner.finish().expect("whole");
        assert_eq!(records, [br#"{"b":1}"#.to_vec(), br#"{"c":2}"#.to_vec()]);
        assert_eq!(too_long, 1);
    }
}

#[test]
fn a_word_begins_where_its_record_is_said_to_hold_one_in_blocks_of_any_size() {
    const WORD: &str = r#""errorCode""#;
    for before in 0..140 {
        let plain = format!(r#"{{"a":"{}"}}"#, "x".repeat(before));
        let with = format!(r#"{{"a":"{}",{WORD}:1}}"#, "x".repeat(before));
        let text =
            format!(r#"{{"x":{{{WORD}:1}},"Records":[{with},{plain},{with}, {with},{plain},{plain}]}}"#);
        for block in (1..=text.len()).step_by(7) {
            let (mut scanner, mut found) = (Scanner::default(), 0);
            for piece in text.as_bytes().chunks(block) {
                let pushed = scanner.push(piece, |record| {
                    let Found::Record(record, span) = record else { panic!("nothing is too long here") };
                    let Some(place) = record.windows(WORD.len()).position(|it| it == WORD.as_bytes()) else {
                        return;
                    };
                    found += 1;
                    assert!(span.is_some_and(|it| (it.begin..it.end).contains(&place)), "{block} {text}");
                });
                pushed.expect("well formed");
            }
            assert_eq!(found, 3);
        }
    }
}

/// Otherwise what was seen before makes more work.
#[test]
#[cfg(target_arch = "x86_64")]
fn a_record_is_said_to_hold_no_word_of_what_was_before_it() {
    let with = format!(r#"{{"a":"{}","errorCode":1}}"#, "x".repeat(200));
    let text = format!(r#"{{"y":"z","Records":[{{"a":1}},{with},{{"a":2}},{{"a":3}}]}}{}"#, " ".repeat(99));
    let (mut scanner, mut spans) = (Scanner::default(), Vec::new());
    let (first, second) = text.as_bytes().split_at(150);
    for block in [first, second] {
        let pushed = scanner.push(block, |found| match found {
            Found::Record(_, span) => spans.push(span.is_some()),
            Found::TooLong => panic!("nothing is too long here"),
        });
        pushed.expect("well formed");
    }
    assert!(spans == [false, true, false, false] || !is_x86_feature_detected!("avx2"), "{spans:?}");
}

/// What a text's blocks of that size hold, up to where it is no CloudTrail file.
fn found(text: &[u8], block: usize) -> (Vec<Vec<u8>>, Result<(), ScanError>) {
    let (mut scanner, mut records) = (Scanner::default(), Vec::new());
    let mut outcome = Ok(());
    for piece in text.chunks(block) {
        outcome = scanner.push(piece, |found| {
            if let Found::Record(bytes, _) = found {
                records.push(bytes.to_vec());
            }
        });
        if outcome.is_err() {
            break;
        }
    }
    (records, outcome.and_then(|()| scanner.finish()))
}

#[test]
fn sixty_four_bytes_at_once_are_read_as_one_after_the_other() {
    let mut random = fastrand::Rng::with_seed(3);
    let letters = b"\"\"\\\\[]{}ay_,: ";
    for round in 0..20_000 {
        let mut text = b"{\"Records\":[{\"a\":".to_vec();
        for _ in 0..random.usize(..400) {
            // Seldom or often anything but a plain letter.
            let is_plain = random.usize(..8) < round % 8;
            text.push(if is_plain { b'x' } else { letters[random.usize(..letters.len())] });
        }
        text.extend(b"\"}}]}");
        let one_by_one = found(&text, 1);
        for block in [63, 64, 65, 200, text.len()] {
            assert_eq!(found(&text, block), one_by_one, "{}", String::from_utf8_lossy(&text));
        }
    }
}
