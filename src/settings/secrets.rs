//! Secrets that connectors name: `HUB_SECRET_NAME`, or the file that `HUB_SECRET_NAME_FILE` names.

/// The longest secret that is read from a file, in bytes.
const LONGEST: u64 = 64 << 10;

/// The value of a secret that a connector names; nothing where there is none.
///
/// # Errors
/// When both variables are set, or the file cannot be read. The value is in no error.
pub fn connector_secret(name: &str) -> Result<Option<String>, String> {
    from(name, |variable| std::env::var(variable).ok())
}

fn from(name: &str, get: impl Fn(&str) -> Option<String>) -> Result<Option<String>, String> {
    let (own, file) = (format!("HUB_SECRET_{name}"), format!("HUB_SECRET_{name}_FILE"));
    match (get(&own), get(&file)) {
        (Some(_), Some(_)) => Err(format!("{own} and {file} are both set: unset one of them")),
        (Some(value), None) => Ok(Some(value)),
        (None, Some(path)) => {
            read(&path).map(Some).map_err(|error| format!("{file} names {path}, which cannot be read: {error}"))
        }
        (None, None) => Ok(None),
    }
}

fn read(path: &str) -> std::io::Result<String> {
    let too_long = || std::io::Error::other("it is too long to be a secret");
    if std::fs::metadata(path)?.len() > LONGEST {
        return Err(too_long());
    }
    // An editor ends the line.
    Ok(std::fs::read_to_string(path)?.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_in_the_environment_or_in_a_file() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "s3cret\n").expect("written");
        let path = file.path().display().to_string();
        let one = |wanted: &'static str, value: String| move |name: &str| (name == wanted).then(|| value.clone());
        assert_eq!(from("KEY", one("HUB_SECRET_KEY", "a".into())), Ok(Some("a".into())));
        assert_eq!(from("KEY", one("HUB_SECRET_KEY_FILE", path.clone())), Ok(Some("s3cret".into())));
        assert_eq!(from("KEY", |_| None), Ok(None));
        assert!(from("KEY", |_| Some(path.clone())).expect_err("both").contains("both set"));
        assert!(from("KEY", one("HUB_SECRET_KEY_FILE", "/no/such".into())).expect_err("no file").contains("/no/such"));
    }
}
