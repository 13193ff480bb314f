//! The exact versions in `Cargo.lock`.

use crate::failure::Failure;
use crate::place;

/// The locked version of a package. Fails unless the file has exactly one version of it.
pub(crate) fn version(package: &str) -> Result<String, Failure> {
    let lock = place::read(&place::root().join("Cargo.lock"))?;
    find(&lock, package)
}

fn find(lock: &str, package: &str) -> Result<String, Failure> {
    let versions: Vec<&str> = lock
        .split("[[package]]")
        .filter(|entry| value(entry, "name") == Some(package))
        .filter_map(|entry| value(entry, "version"))
        .collect();
    match versions.as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => Err(Failure::new(format!("Cargo.lock has no package {package}"))),
        several => Err(Failure::new(format!(
            "Cargo.lock has {package} in several versions: {}",
            several.join(", ")
        ))),
    }
}

/// The quoted value of a line `key = "value"`.
fn value<'a>(entry: &'a str, key: &str) -> Option<&'a str> {
    entry.lines().find_map(|line| {
        line.strip_prefix(key)?
            .strip_prefix(" = \"")?
            .strip_suffix('"')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n\
        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\ndependencies = [\n \"wasm-bindgen-macro\",\n]\n\n\
        [[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.131\"\n\n\
        [[package]]\nname = \"twice\"\nversion = \"1.0.0\"\n\n\
        [[package]]\nname = \"twice\"\nversion = \"2.0.0\"\n";

    #[test]
    fn the_name_is_matched_whole() {
        assert_eq!(find(LOCK, "wasm-bindgen").unwrap(), "0.2.130");
        assert_eq!(find(LOCK, "wasm-bindgen-macro").unwrap(), "0.2.131");
    }

    #[test]
    fn an_unclear_version_is_refused() {
        assert!(
            find(LOCK, "wasm")
                .unwrap_err()
                .to_string()
                .contains("no package")
        );
        assert!(
            find(LOCK, "twice")
                .unwrap_err()
                .to_string()
                .contains("1.0.0, 2.0.0")
        );
    }
}
