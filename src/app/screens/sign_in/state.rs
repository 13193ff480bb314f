//! What is missing in the sign-in form.

use api::session::SignIn;

/// The first field that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Email,
    Password,
}

/// What is missing; every other check is the server's.
pub fn missing(with: &SignIn) -> Option<Missing> {
    let looks_like_email = with
        .email
        .split_once('@')
        .is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty());
    if !looks_like_email {
        return Some(Missing::Email);
    }
    with.password.is_empty().then_some(Missing::Password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_for_the_first_thing_that_is_missing() {
        let check = |email: &str, password: &str, lacks| {
            let with = SignIn {
                email: email.to_owned(),
                password: password.to_owned(),
            };
            assert_eq!(missing(&with), lacks, "{email:?}");
        };
        check("", "", Some(Missing::Email));
        check("ada", "x", Some(Missing::Email));
        check("@acme.example", "x", Some(Missing::Email));
        check("ada@acme.example", "", Some(Missing::Password));
        check("ada@acme.example", " ", None);
    }
}
