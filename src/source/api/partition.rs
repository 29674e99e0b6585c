//! What a call is asked for, one after the other: the values of `each`.

/// One value of `each`, and the words that it fills in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partition {
    /// What the rows carry in `_each`; none where a call has no `each`.
    pub value: Option<String>,
    /// What stands for `{each}`, `{each.name}` and their like, by the word within the braces.
    pub words: Vec<(String, String)>,
}

impl Partition {
    /// One of this value; `more` are further words, such as `name`.
    #[must_use]
    pub fn of(value: &str, more: &[(&str, &str)]) -> Self {
        let own = ("each".to_owned(), value.to_owned());
        let more = more.iter().map(|(word, value)| (format!("each.{word}"), (*value).to_owned()));
        Self { value: Some(value.to_owned()), words: std::iter::once(own).chain(more).collect() }
    }
}
