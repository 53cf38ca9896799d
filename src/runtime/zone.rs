//! Difference-bound matrices: what is known about the differences of integer variables.

use super::mutants::{self, Mutant};

/// No bound is known.
const UNBOUNDED: i64 = i64::MAX / 4;

/// A difference-bound matrix: `upper[i][j]` is the least known upper bound of `x_i - x_j`, always closed under
/// composition, so that entailment and satisfiability are single look-ups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Zone {
    upper: Vec<Vec<i64>>,
}

impl Zone {
    /// Adds a variable that is not before `previous` (free if `None`) and returns its index.
    pub fn add(&mut self, previous: Option<usize>) -> usize {
        let index = self.upper.len();
        for row in &mut self.upper {
            let bound = previous.map_or(UNBOUNDED, |previous| row[previous]);
            row.push(bound);
        }
        let mut row = vec![UNBOUNDED; index + 1];
        row[index] = 0;
        self.upper.push(row);
        index
    }

    /// Lets a variable take any value not before its old one.
    pub fn delay(&mut self, variable: usize) {
        for (other, bound) in self.upper[variable].iter_mut().enumerate() {
            if other != variable {
                *bound = UNBOUNDED;
            }
        }
    }

    /// Whether `x_a - x_b <= bound` in every solution.
    pub fn entails(&self, a: usize, b: usize, bound: i64) -> bool {
        self.upper[a][b] <= bound
    }

    /// Whether `x_a - x_b <= bound` in some solution.
    pub fn allows(&self, a: usize, b: usize, bound: i64) -> bool {
        self.upper[b][a] == UNBOUNDED || self.upper[b][a] + bound >= 0
    }

    /// Keeps the solutions with `x_a - x_b <= bound`. At least one must exist.
    pub fn constrain(&mut self, a: usize, b: usize, bound: i64) {
        debug_assert!(
            self.allows(a, b, bound),
            "the clock was given a contradiction"
        );
        if self.entails(a, b, bound) {
            return;
        }
        if mutants::is(Mutant::ClockForgets) {
            self.upper[a][b] = bound;
            return;
        }
        let from_b = self.upper[b].clone();
        for row in &mut self.upper {
            let to_a = row[a];
            if to_a == UNBOUNDED {
                continue;
            }
            for (cell, &rest) in row.iter_mut().zip(&from_b) {
                if rest != UNBOUNDED {
                    *cell = (*cell).min(to_a + bound + rest);
                }
            }
        }
    }

    /// The least value `x_a - x_b` can take, or `None` if it has no lower bound.
    pub fn least(&self, a: usize, b: usize) -> Option<i64> {
        (self.upper[b][a] != UNBOUNDED).then(|| -self.upper[b][a])
    }

    /// Forgets all variables but `kept`, in that order. What they implied for each other stays known.
    pub fn project(&self, kept: &[usize]) -> Zone {
        let upper = kept
            .iter()
            .map(|&i| kept.iter().map(|&j| self.upper[i][j]).collect())
            .collect();
        Zone { upper }
    }
}
