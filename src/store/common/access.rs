//! Who may read a row, said in one place for every statement.

/// The datasets `d` that a viewer may see, whose access level is bound as `$level`. Empty where the statement is built as
/// it is bound and the value follows.
macro_rules! visible {
    ($level:literal) => {
        concat!("d.access_level <= ", $level)
    };
}

pub(in crate::store) use visible;
