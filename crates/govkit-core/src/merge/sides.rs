//! Three of a kind: what it was, and what it is on either side.

/// One thing in its three states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sides<T> {
    /// Before both changes.
    pub base: T,
    /// On the branch that is merged into.
    pub ours: T,
    /// On the branch that is merged.
    pub theirs: T,
}

impl<T> Sides<T> {
    /// Makes the three states of one thing.
    pub fn new(base: T, ours: T, theirs: T) -> Self {
        Self { base, ours, theirs }
    }

    /// Returns what `change` makes of each state.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Sides<U> {
        Sides::new(change(self.base), change(self.ours), change(self.theirs))
    }

    /// Returns what `change` makes of each state, unless it fails for one.
    pub fn try_map<U>(self, mut change: impl FnMut(T) -> Option<U>) -> Option<Sides<U>> {
        Some(Sides::new(
            change(self.base)?,
            change(self.ours)?,
            change(self.theirs)?,
        ))
    }

    /// Returns the three states by reference.
    pub fn as_ref(&self) -> Sides<&T> {
        Sides::new(&self.base, &self.ours, &self.theirs)
    }

    /// Whether something holds for one of them.
    pub fn any(&self, mut holds: impl FnMut(&T) -> bool) -> bool {
        holds(&self.base) || holds(&self.ours) || holds(&self.theirs)
    }
}

impl<T: PartialEq + Clone> Sides<T> {
    /// Returns the state both changes lead to, where only one side changed or both agree.
    pub fn settled(&self) -> Option<T> {
        if self.ours == self.theirs || self.theirs == self.base {
            return Some(self.ours.clone());
        }
        (self.ours == self.base).then(|| self.theirs.clone())
    }
}
