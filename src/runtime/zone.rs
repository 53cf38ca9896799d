//! Difference-bound matrices: what is known about the differences of integer variables.

use smallvec::SmallVec;

/// No bound is known.
const UNBOUNDED: i64 = i64::MAX / 4;

/// A difference-bound matrix: a cell `(i, j)` is the least known upper bound of `x_i - x_j`, always closed under
/// composition, so that entailment and satisfiability are single look-ups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Zone {
    size: usize,
    /// The cells, variable by variable: its row up to itself, then its column down to before itself. So a variable more is
    /// added at the end. Most states have few.
    cells: SmallVec<[i64; 9]>,
}

/// Where a cell is.
fn place(i: usize, j: usize) -> usize {
    if j <= i { i * i + j } else { j * j + j + 1 + i }
}

impl Zone {
    fn at(&self, i: usize, j: usize) -> i64 {
        self.cells[place(i, j)]
    }

    /// How many variables there are.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Adds a variable that is not before `previous` (free if `None`) and returns its index.
    pub fn add(&mut self, previous: Option<usize>) -> usize {
        let index = self.size;
        self.size += 1;
        self.cells.extend(std::iter::repeat_n(UNBOUNDED, index));
        self.cells.push(0);
        for other in 0..index {
            let bound = previous.map_or(UNBOUNDED, |previous| self.at(other, previous));
            self.cells.push(bound);
        }
        index
    }

    /// Forgets a variable and puts one in its place that is not before `previous`, another.
    pub fn replace(&mut self, variable: usize, previous: usize) {
        for other in (0..self.size).filter(|&other| other != variable) {
            let bound = self.at(other, previous);
            self.cells[place(other, variable)] = bound;
            self.cells[place(variable, other)] = UNBOUNDED;
        }
    }

    /// Lets a variable take any value not before its old one.
    pub fn delay(&mut self, variable: usize) {
        for other in (0..self.size).filter(|&other| other != variable) {
            self.cells[place(variable, other)] = UNBOUNDED;
        }
    }

    /// Whether `x_a - x_b <= bound` in every solution.
    pub fn entails(&self, a: usize, b: usize, bound: i64) -> bool {
        self.at(a, b) <= bound
    }

    /// Whether `x_a - x_b <= bound` in some solution.
    pub fn allows(&self, a: usize, b: usize, bound: i64) -> bool {
        self.at(b, a) == UNBOUNDED || self.at(b, a) + bound >= 0
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
        // As the matrix is closed, the new way from `a` to `b` is part of a shorter one only between those for which it
        // shortens the way to `b`, or from `a`.
        let rows: SmallVec<[(usize, i64); 8]> = (0..self.size)
            .map(|i| (i, self.at(i, a)))
            .filter(|&(i, to_a)| to_a != UNBOUNDED && to_a + bound < self.at(i, b))
            .collect();
        let columns: SmallVec<[(usize, i64); 8]> = (0..self.size)
            .map(|j| (j, self.at(b, j)))
            .filter(|&(j, from_b)| from_b != UNBOUNDED && bound + from_b < self.at(a, j))
            .collect();
        for &(i, to_a) in &rows {
            for &(j, from_b) in &columns {
                let cell = &mut self.cells[place(i, j)];
                *cell = (*cell).min(to_a + bound + from_b);
            }
        }
    }

    /// The least value `x_a - x_b` can take, or `None` if it has no lower bound.
    pub fn least(&self, a: usize, b: usize) -> Option<i64> {
        (self.at(b, a) != UNBOUNDED).then(|| -self.at(b, a))
    }

    /// Forgets all variables but `kept`, in that order. What they implied for each other stays known.
    pub fn project(&self, kept: &[usize]) -> Zone {
        let mut cells = SmallVec::with_capacity(kept.len() * kept.len());
        for (at, &variable) in kept.iter().enumerate() {
            cells.extend(kept[..=at].iter().map(|&other| self.at(variable, other)));
            cells.extend(kept[..at].iter().map(|&other| self.at(other, variable)));
        }
        Zone {
            size: kept.len(),
            cells,
        }
    }
}

/// A matrix to be kept: a byte for most of its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedZone {
    size: u32,
    cells: Box<[u8]>,
}

/// In place of a cell: no bound is known.
const FREE: u8 = 0x7f;
/// In place of a cell: it follows in full.
const WIDE: u8 = 0x80;

impl PackedZone {
    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.cells.len()
    }

    /// Whether every solution of `other` is one of this.
    pub fn covers(&self, other: &PackedZone) -> bool {
        self.size == other.size
            && self
                .cells()
                .zip(other.cells())
                .all(|(own, other)| other <= own)
    }

    /// Whether every solution of `zone` is one of this.
    pub fn covers_zone(&self, zone: &Zone) -> bool {
        let mut cells = zone.cells.iter();
        self.size as usize == zone.size
            && self
                .cells()
                .zip(&mut cells)
                .all(|(own, &other)| other <= own)
    }

    fn cells(&self) -> impl Iterator<Item = i64> {
        let mut bytes = self.cells.iter().copied();
        std::iter::from_fn(move || {
            Some(match bytes.next()? {
                FREE => UNBOUNDED,
                WIDE => {
                    let mut wide = [0; 8];
                    wide.iter_mut()
                        .zip(&mut bytes)
                        .for_each(|(to, byte)| *to = byte);
                    i64::from_le_bytes(wide)
                }
                byte => i64::from(byte as i8),
            })
        })
    }
}

impl From<&Zone> for PackedZone {
    fn from(zone: &Zone) -> Self {
        let mut cells = Vec::with_capacity(zone.cells.len());
        for &cell in &zone.cells {
            match i8::try_from(cell) {
                _ if cell == UNBOUNDED => cells.push(FREE),
                Ok(byte) if !matches!(byte as u8, FREE | WIDE) => cells.push(byte as u8),
                _ => {
                    cells.push(WIDE);
                    cells.extend_from_slice(&cell.to_le_bytes());
                }
            }
        }
        PackedZone {
            size: zone.size as u32,
            cells: cells.into(),
        }
    }
}
