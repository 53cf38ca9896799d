//! Difference-bound matrices against every solution there is.

use quickcheck::{Gen, QuickCheck};
use tickproof::runtime::Zone;

/// Variables at most, the first of which is 0 in all solutions.
const VARIABLES: usize = 4;
/// Constraints at most, so that no bound that follows from them is larger than [`REACH`].
const CONSTRAINTS: usize = 5;
/// How far from the first variable solutions are looked for.
const REACH: i64 = 16;
/// Bounds that are asked about.
const ASKED: std::ops::RangeInclusive<i64> = -3..=3;

type Solution = Vec<i64>;

/// Operations as numbers: what is done, to which variables, with which bound.
type Operations = Vec<(u8, u8, u8, i8)>;

pub(crate) fn law() -> Result<(), String> {
    let tested = QuickCheck::new()
        .tests(300)
        .rng(Gen::from_size_and_seed(12, 1))
        .quicktest(agrees as fn(Operations) -> bool);
    tested.map(drop).map_err(|failure| format!("{failure:?}"))
}

fn agrees(operations: Operations) -> bool {
    let mut zone = Zone::default();
    zone.add(None);
    let mut solutions: Vec<Solution> = vec![vec![0]];
    let mut constraints = 0;
    for (what, a, b, bound) in operations {
        let size = solutions[0].len();
        let (a, b, bound) = (
            usize::from(a) % size,
            usize::from(b) % size,
            i64::from(bound % 3),
        );
        match what % 9 {
            0..=2 if size < VARIABLES => {
                let previous = (what % 9 < 2).then_some(a);
                zone.add(previous);
                solutions = solutions
                    .iter()
                    .flat_map(|old| {
                        let least = previous.map_or(-REACH, |previous| old[previous]);
                        (least..=REACH).map(move |value| [old.as_slice(), &[value]].concat())
                    })
                    .collect();
            }
            3 | 4 if constraints < CONSTRAINTS => {
                let holds = |each: &Solution| each[a] - each[b] <= bound;
                if solutions.iter().any(holds) {
                    constraints += 1;
                    zone.constrain(a, b, bound);
                    solutions.retain(holds);
                }
            }
            5 if a > 0 => {
                zone.delay(a);
                let later = solutions.iter().flat_map(|old| {
                    (old[a]..=REACH).map(move |value| {
                        let mut new = old.clone();
                        new[a] = value;
                        new
                    })
                });
                solutions = distinct(later.collect());
            }
            6 if a > 0 && a != b => {
                zone.replace(a, b);
                let new = solutions.iter().flat_map(|old| {
                    (old[b]..=REACH).map(move |value| {
                        let mut new = old.clone();
                        new[a] = value;
                        new
                    })
                });
                solutions = distinct(new.collect());
            }
            7 if a > 0 => {
                // All but one, the others in another order.
                let kept: Vec<usize> = std::iter::once(0)
                    .chain((1..size).rev().filter(|&each| each != a))
                    .collect();
                zone = zone.project(&kept);
                let left = solutions
                    .iter()
                    .map(|old| kept.iter().map(|&each| old[each]).collect());
                solutions = distinct(left.collect());
            }
            _ => {}
        }
        if !answers_alike(&zone, &solutions) {
            return false;
        }
    }
    true
}

fn distinct(mut solutions: Vec<Solution>) -> Vec<Solution> {
    solutions.sort_unstable();
    solutions.dedup();
    solutions
}

fn answers_alike(zone: &Zone, solutions: &[Solution]) -> bool {
    let size = solutions[0].len();
    (0..size)
        .flat_map(|a| (0..size).map(move |b| (a, b)))
        .all(|(a, b)| {
            let differences = || solutions.iter().map(|each| each[a] - each[b]);
            let (Some(least), Some(most)) = (differences().min(), differences().max()) else {
                return false;
            };
            let bounds = ASKED.into_iter().all(|bound| {
                zone.entails(a, b, bound) == (most <= bound)
                    && zone.allows(a, b, bound) == (least <= bound)
            });
            bounds && zone.least(a, b).is_none_or(|known| known == least)
        })
}
