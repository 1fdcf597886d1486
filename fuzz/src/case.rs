//! A change of inputs that libFuzzer does not make by itself: letters in the other case, one or a word of them.

/// Changes the case at a place that the seed tells; `false` if nothing was changed, which is to be changed otherwise.
pub fn change_case(input: &mut [u8], seed: u32) -> bool {
    // One of eight changes.
    let (is_chosen, seed) = (seed.is_multiple_of(8), seed as usize / 8);
    let Some(place) = seed.checked_rem(input.len()).filter(|_| is_chosen) else { return false };
    let Some(end) = input[place..].iter().position(|byte| !byte.is_ascii_alphabetic()).filter(|it| *it > 0)
    else {
        return false;
    };
    let begin = input[..place].iter().rposition(|byte| !byte.is_ascii_alphabetic()).map_or(0, |it| it + 1);
    let word = &mut input[begin..place + end];
    let before = word.to_vec();
    match seed / 7 % 3 {
        0 => word.make_ascii_uppercase(),
        1 => word.make_ascii_lowercase(),
        _ => word[place - begin] ^= 0x20,
    }
    *word != before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_or_a_letter_changes_its_case_and_nothing_else_does() {
        let before = b"\"AccessDenied\":1";
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..4_000 {
            let mut input = *before;
            assert_eq!(change_case(&mut input, seed), input != *before, "{seed}");
            assert!(input.eq_ignore_ascii_case(before), "{seed}");
            seen.insert(input);
        }
        let all: [&[u8]; 3] = [b"\"ACCESSDENIED\":1", b"\"accessdenied\":1", b"\"accessDenied\":1"];
        assert!(all.iter().all(|it| seen.iter().any(|input| input == it)));
        assert!(!change_case(&mut [], 0));
    }
}
