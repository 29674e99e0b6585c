//! "Did you mean": the nearest of the known names.

/// `; did you mean …?` where one of the known names is near enough, otherwise nothing.
#[must_use]
pub fn did_you_mean<S: AsRef<str>>(text: &str, known: impl IntoIterator<Item = S>) -> String {
    nearest(text, known).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// The nearest of the known names, where one is near enough.
#[must_use]
pub fn nearest<S: AsRef<str>>(text: &str, known: impl IntoIterator<Item = S>) -> Option<String> {
    let text = text.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(&text, &name.as_ref().to_lowercase()), name))
        .filter(|(nearness, _)| *nearness > 0.5)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name.as_ref().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_nearest_or_nothing() {
        assert_eq!(
            did_you_mean("rereferal_percent", ["referral_count", "rereferral_percent"]),
            "; did you mean `rereferral_percent`?"
        );
        assert_eq!(did_you_mean("xyz", ["referral_count"]), "");
    }
}
