use fastrand::Rng;

use super::*;
use crate::cpu::ways::Way;

/// Whether another value follows the one that ends before that place.
fn goes_on(block: &[u8], end: usize) -> bool {
    block[end..].starts_with(b",{")
}

/// One byte after the other, as a person would read it.
fn plainly(skim: &mut Skim, block: &[u8], end: usize) -> Vec<usize> {
    let mut ends = Vec::new();
    for (i, byte) in block[..end].iter().enumerate() {
        let was_escaped = std::mem::take(&mut skim.escaped);
        match byte {
            b'"' | b'\\' if was_escaped => {}
            // Who left off behind the backslash has seen this letter.
            b'u' if was_escaped && i > 0 => skim.note(Span { begin: i - 1, end: i }),
            b'\\' => skim.escaped = true,
            b'"' => skim.in_string = !skim.in_string,
            b'[' | b'{' if !skim.in_string => skim.depth += 1,
            b']' | b'}' if !skim.in_string => {
                skim.depth -= 1;
                if skim.depth == 0 {
                    ends.push(i + 1);
                }
            }
            _ => {}
        }
    }
    ends
}

/// Every way to read a block ends in the same place and state, and none overlooks a word.
fn all_agree(begun: Skim, block: &[u8]) {
    let shown = String::from_utf8_lossy(block);
    let read = |mut skim: Skim, read: &dyn Fn(&mut Skim, &mut Ended) -> Reached| {
        let mut ends = Vec::new();
        let reached = read(&mut skim, &mut |end, may_hold| {
            ends.push((end, may_hold));
            goes_on(block, end)
        });
        (reached, ends, skim)
    };
    let of = |ends: &[(usize, Option<Span>)]| ends.iter().map(|it| it.0).collect::<Vec<_>>();
    let ways: Vec<_> = Way::available()
        .filter_map(Way::cpu)
        .map(|cpu| read(begun, &|skim, ended| cpu.read(skim, block, 0, ended)))
        .collect();
    // What looks for words tells of the same ones.
    assert!(ways.len() < 3 || ways[0] == ways[1], "{begun:?} {shown}");
    let reached = ways[0].0;
    let (Reached::End(end) | Reached::Rest(end)) = reached;
    let mut plain = begun;
    let plain_ends = plainly(&mut plain, block, end);
    let is_over = plain_ends.last().is_some_and(|it| !goes_on(block, *it));
    assert_eq!(matches!(reached, Reached::End(_)), is_over, "{begun:?} {shown}");
    for (it, mut ends, mut state) in ways {
        assert_eq!((it, of(&ends)), (reached, plain_ends.clone()), "{begun:?} {shown}");
        assert!(ends.iter().all(|(end, span)| span.is_none_or(|it| it.begin < *end)), "{begun:?} {shown}");
        ends.push((end + 1, state.may_hold.take()));
        let places = |word: &str| {
            let words = block[..end].windows(word.len()).enumerate();
            words.filter(|(_, it)| *it == word.as_bytes()).map(|(place, _)| place).collect::<Vec<_>>()
        };
        let words = WORDS.iter().flat_map(|word| places(&format!("\"{word}")));
        for place in words.chain(plain.may_hold.into_iter().flat_map(|it| [it.begin, it.end - 1])) {
            let value = ends.iter().find(|it| it.0 > place).expect("it is before the end");
            let is_noted = value.1.is_some_and(|it| (it.begin..it.end).contains(&place));
            assert!(is_noted, "{begun:?} {place} {shown}");
        }
        let expected = Skim { may_hold: None, ..plain };
        assert_eq!(state, expected, "{begun:?} {shown}");
    }
}

fn begun(random: &mut Rng) -> Skim {
    Skim { depth: random.usize(1..5), in_string: random.bool(), escaped: random.bool(), may_hold: None }
}

#[test]
fn all_ways_agree_on_random_bytes() {
    let mut random = Rng::with_seed(7);
    for _ in 0..5_000 {
        let block: Vec<u8> = (0..random.usize(..300)).map(|_| random.u8(..)).collect();
        all_agree(begun(&mut random), &block);
    }
}

#[test]
fn all_ways_agree_on_what_is_meant_to_confuse() {
    let mut random = Rng::with_seed(11);
    let letters = b"\"\"\\\\\\[]{}u;Z[z_ \x7f\xfb\xdb\xa2";
    let pieces = [
        "\"errorCode\":\"",
        "\"errorMessage\"",
        "GetCallerIdentity",
        "\"ConsoleLogin\"",
        r"\u0041",
        r#"\\\""#,
        "}]",
        "\"\"",
        "},{",
        "},{\"",
    ];
    for round in 0..30_000 {
        let mut block = Vec::new();
        for _ in 0..random.usize(..200) {
            match random.usize(..8) {
                0 => block.extend(pieces[random.usize(..pieces.len())].as_bytes()),
                // Seldom or often anything but a plain letter.
                it if it < round % 8 => block.push(b'x'),
                _ => block.push(letters[random.usize(..letters.len())]),
            }
        }
        all_agree(begun(&mut random), &block);
    }
}

#[test]
fn a_word_is_seen_wherever_it_begins() {
    for way in Way::available() {
        way.use_in_this_thread().expect("it is available");
        for (word, at) in WORDS.iter().flat_map(|word| (0..200).map(move |at| (word, at))) {
            let mut block = vec![b' '; 300];
            block.splice(at..at, format!("\"{word}\"").bytes());
            let mut skim = Skim { depth: 1, ..Skim::default() };
            skim.read(&block, 0, |_, _| false);
            let is_seen = skim.may_hold.is_some_and(|it| (it.begin..it.end).contains(&at));
            assert!(is_seen, "{word} at {at} in the way {}", way.name());
        }
    }
}

/// Otherwise the search for words saves nothing. The portable way has none.
#[test]
fn a_text_without_words_is_known_to_have_none() {
    let text =
        r#"{"eventVersion":"1.11","sourceIPAddress":"192.0.2.7","userAgent":"x \"y\" \\z","a":[{},{}]}"#;
    for way in Way::available().filter(|way| *way != Way::Portable) {
        way.use_in_this_thread().expect("it is available");
        let mut skim = Skim { depth: 1, ..Skim::default() };
        skim.read(text.repeat(9).as_bytes(), 0, |_, _| false);
        assert_eq!(skim.may_hold, None, "{}", way.name());
    }
}

#[test]
fn the_way_that_nobody_chose_is_the_first_that_there_is() {
    let first = Way::available().next().expect("the portable way is always there");
    assert_eq!(Some(Cpu::this()), first.cpu());
    for way in Way::ALL {
        assert_eq!(Way::named(way.name()), Some(way));
        assert_eq!(way.is_available().is_ok(), Way::available().any(|it| it == way));
    }
}
