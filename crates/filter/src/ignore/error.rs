/// Why a rule, a file of rules or a setting cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", if at.is_empty() { String::new() } else { format!("{at}: ") })]
pub struct RuleError {
    /// Where: `when.all[1].value`, `line 3, column 7`, in a file also
    /// `rule 2 "Bots", when.all[1].value (line 9, column 3)`, or nothing where there is only one
    /// place.
    pub at: String,
    /// What is wrong, and what to do.
    pub reason: String,
}
