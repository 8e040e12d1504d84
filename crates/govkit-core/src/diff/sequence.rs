//! Which members of a sequence moved: those outside its heaviest increasing subsequence.

/// Marks the members that moved.
///
/// `items` are the new positions (each once) and the weights of things in their old order. What
/// stays is the increasing subsequence of the greatest weight, so that one thing taken to another
/// place is one move and not a move of everything it passed.
pub(super) fn moved(items: &[(usize, u64)]) -> Vec<bool> {
    let size = items
        .iter()
        .map(|(position, _)| position + 1)
        .max()
        .unwrap_or(0);
    // A Fenwick tree over new positions: the heaviest subsequence that ends at or before each.
    let mut best: Vec<(u64, Option<usize>)> = vec![(0, None); size + 1];
    let mut before: Vec<Option<usize>> = Vec::with_capacity(items.len());
    let mut top: (u64, Option<usize>) = (0, None);
    for (index, (position, weight)) in items.iter().enumerate() {
        let mut found = (0, None);
        let mut at = *position;
        while at > 0 {
            if best[at].0 > found.0 {
                found = best[at];
            }
            at -= at & at.wrapping_neg();
        }
        before.push(found.1);
        let here = (found.0 + weight.max(&1), Some(index));
        if here.0 > top.0 {
            top = here;
        }
        let mut at = position + 1;
        while at <= size {
            if here.0 > best[at].0 {
                best[at] = here;
            }
            at += at & at.wrapping_neg();
        }
    }
    let mut moved = vec![true; items.len()];
    let mut at = top.1;
    while let Some(index) = at {
        moved[index] = false;
        at = before[index];
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(positions: &[usize]) -> Vec<bool> {
        moved(
            &positions
                .iter()
                .map(|position| (*position, 1))
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn one_thing_taken_elsewhere_is_one_move() {
        assert_eq!(of(&[0, 1, 2, 3]), [false; 4]);
        assert_eq!(of(&[3, 0, 1, 2]), [true, false, false, false]);
        assert_eq!(of(&[0, 2, 3, 1]), [false, false, false, true]);
        assert_eq!(of(&[]), [false; 0]);
    }

    #[test]
    fn the_lighter_of_two_is_the_one_that_moved() {
        assert_eq!(moved(&[(1, 5), (0, 9)]), [true, false]);
        assert_eq!(moved(&[(1, 9), (0, 5)]), [false, true]);
    }
}
