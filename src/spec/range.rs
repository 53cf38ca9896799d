//! Ranges of Node majors, as specs and the command line write them and as results show them.

use crate::runtime::PROFILES;

/// The majors that are modelled, oldest first.
pub fn modelled() -> Vec<u8> {
    PROFILES.iter().map(|profile| profile.major).collect()
}

/// Why a text is no range of Node majors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// A part of it is neither a major nor a comparison.
    #[error("`{0}` is not a range of Node majors; ranges read 18, >=20, <20, 12-18 or 12, 14")]
    Unreadable(String),
    /// A major by itself that is not modelled.
    #[error("Node {0} is not modelled; the majors are {majors}", majors = list(&modelled()))]
    Unknown(u32),
    /// A comparison nothing modelled satisfies.
    #[error("`{0}` covers none of the modelled majors: {majors}", majors = list(&modelled()))]
    Empty(String),
}

/// Reads a range: parts separated by commas, each a major, `FROM-TO`, or a comparison. Answers the modelled majors it
/// covers, oldest first.
pub fn parse(text: &str) -> Result<Vec<u8>, RangeError> {
    let mut majors = Vec::new();
    for part in text.split(',') {
        majors.extend(parse_part(part.trim())?);
    }
    majors.sort_unstable();
    majors.dedup();
    Ok(majors)
}

fn parse_part(part: &str) -> Result<Vec<u8>, RangeError> {
    let unreadable = || RangeError::Unreadable(part.to_owned());
    let number = |text: &str| {
        let text = text.trim();
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits
            .then(|| text.parse::<u32>().ok())
            .flatten()
            .ok_or_else(unreadable)
    };
    let (low, high) = if let Some(rest) = part.strip_prefix(">=") {
        (number(rest)?, u32::MAX)
    } else if let Some(rest) = part.strip_prefix("<=") {
        (0, number(rest)?)
    } else if let Some(rest) = part.strip_prefix('>') {
        (number(rest)?.saturating_add(1), u32::MAX)
    } else if let Some(rest) = part.strip_prefix('<') {
        match number(rest)?.checked_sub(1) {
            Some(high) => (0, high),
            None => return Err(RangeError::Empty(part.to_owned())),
        }
    } else if let Some((low, high)) = part.split_once('-') {
        (number(low)?, number(high)?)
    } else {
        let major = number(part)?;
        let known = modelled()
            .into_iter()
            .find(|&each| u32::from(each) == major);
        return known
            .map(|major| vec![major])
            .ok_or(RangeError::Unknown(major));
    };
    let covered: Vec<u8> = modelled()
        .into_iter()
        .filter(|&major| (low..=high).contains(&major.into()))
        .collect();
    if covered.is_empty() {
        Err(RangeError::Empty(part.to_owned()))
    } else {
        Ok(covered)
    }
}

/// Shows some of the judged majors as ranges: neighbours among `judged` are joined, as in `12-18, 22`.
pub fn show(majors: &[u8], judged: &[u8]) -> String {
    let mut runs: Vec<(u8, u8)> = Vec::new();
    let mut previous_at = None;
    for (at, &major) in judged
        .iter()
        .enumerate()
        .filter(|(_, major)| majors.contains(major))
    {
        match runs.last_mut() {
            Some(run) if previous_at == at.checked_sub(1) => run.1 = major,
            _ => runs.push((major, major)),
        }
        previous_at = Some(at);
    }
    let shown: Vec<String> = runs
        .into_iter()
        .map(|(from, to)| {
            if from == to {
                from.to_string()
            } else {
                format!("{from}-{to}")
            }
        })
        .collect();
    shown.join(", ")
}

/// Groups majors whose results are equal, in order of their first.
pub fn merge<T: PartialEq>(results: impl IntoIterator<Item = (u8, T)>) -> Vec<(Vec<u8>, T)> {
    let mut groups: Vec<(Vec<u8>, T)> = Vec::new();
    for (major, result) in results {
        match groups.iter_mut().find(|(_, other)| *other == result) {
            Some((majors, _)) => majors.push(major),
            None => groups.push((vec![major], result)),
        }
    }
    groups
}

/// Majors as a list for people.
pub fn list(majors: &[u8]) -> String {
    majors
        .iter()
        .map(u8::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_modelled_majors() {
        let all = modelled();
        assert_eq!(parse(">=0").unwrap(), all);
        assert_eq!(parse("18").unwrap(), [18]);
        assert_eq!(parse(">=20").unwrap(), [20, 22, 24, 26]);
        assert_eq!(parse(">20").unwrap(), [22, 24, 26]);
        assert_eq!(parse("<16").unwrap(), [12, 14]);
        assert_eq!(parse("<=16").unwrap(), [12, 14, 16]);
        assert_eq!(parse("13-19").unwrap(), [14, 16, 18]);
        assert_eq!(parse("26, 12-14").unwrap(), [12, 14, 26]);
    }

    #[test]
    fn what_is_no_range_says_why() {
        assert_eq!(parse("13"), Err(RangeError::Unknown(13)));
        assert_eq!(parse("<12"), Err(RangeError::Empty("<12".into())));
        assert_eq!(parse("<0"), Err(RangeError::Empty("<0".into())));
        for text in ["", "x", "^18", "18.x", "12-", ">=", "12 14", "+18"] {
            assert!(
                matches!(parse(text), Err(RangeError::Unreadable(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn neighbours_are_joined() {
        let judged = [12, 14, 16, 20, 22];
        assert_eq!(show(&judged, &judged), "12-22");
        assert_eq!(show(&[12, 14, 20], &judged), "12-14, 20");
        assert_eq!(show(&[16, 20], &judged), "16-20");
        assert_eq!(show(&[], &judged), "");
    }
}
