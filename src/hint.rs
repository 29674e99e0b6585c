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

/// The nearest of the known names, the nearest first, however near they are.
#[must_use]
pub fn nearest_few<S: AsRef<str>>(text: &str, known: impl IntoIterator<Item = S>, most: usize) -> Vec<String> {
    let text = text.to_lowercase();
    let nearness = |name: &str| strsim::normalized_damerau_levenshtein(&text, &name.to_lowercase());
    let mut named: Vec<(f64, S)> = known.into_iter().map(|name| (nearness(name.as_ref()), name)).collect();
    named.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    named.into_iter().take(most).map(|(_, name)| name.as_ref().to_owned()).collect()
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

    #[test]
    fn names_a_few_the_nearest_first() {
        assert_eq!(nearest_few("Q3 24", ["Area", "Q1 24", "Notes", "Q4 2024"], 2), ["Q1 24", "Q4 2024"]);
        assert_eq!(nearest_few("x", [] as [&str; 0], 2), Vec::<String>::new());
    }
}
