//! The JSON parser (RFC 8259), as far as the contract uses JSON.

use super::{Json, Unreadable};

/// How deep values may be nested.
const DEPTH: u8 = 32;

impl Json {
    /// Parses a whole text.
    pub(crate) fn parse(text: &str) -> Result<Self, Unreadable> {
        let mut rest = Unparsed(text);
        let value = rest.value(DEPTH)?;
        rest.space();
        match rest.0 {
            "" => Ok(value),
            _ => Err(Unreadable),
        }
    }
}

/// The text that is not parsed yet.
struct Unparsed<'a>(&'a str);

impl Unparsed<'_> {
    fn space(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\n', '\r', '\t']);
    }

    /// Consumes the token if it comes next.
    fn takes(&mut self, sign: &str) -> bool {
        self.space();
        match self.0.strip_prefix(sign) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn needs(&mut self, sign: &str) -> Result<(), Unreadable> {
        self.takes(sign).then_some(()).ok_or(Unreadable)
    }

    fn value(&mut self, depth: u8) -> Result<Json, Unreadable> {
        let deeper = depth.checked_sub(1).ok_or(Unreadable)?;
        if self.takes("{") {
            self.map(deeper)
        } else if self.takes("[") {
            self.list(deeper)
        } else if self.takes("\"") {
            self.text().map(Json::Text)
        } else if self.takes("null") {
            Ok(Json::Null)
        } else if self.takes("true") {
            Ok(Json::Bool(true))
        } else if self.takes("false") {
            Ok(Json::Bool(false))
        } else {
            self.number()
        }
    }

    fn map(&mut self, depth: u8) -> Result<Json, Unreadable> {
        let mut members = Vec::new();
        if self.takes("}") {
            return Ok(Json::Map(members));
        }
        loop {
            self.needs("\"")?;
            let name = self.text()?;
            self.needs(":")?;
            members.push((name, self.value(depth)?));
            if !self.takes(",") {
                self.needs("}")?;
                return Ok(Json::Map(members));
            }
        }
    }

    fn list(&mut self, depth: u8) -> Result<Json, Unreadable> {
        let mut items = Vec::new();
        if self.takes("]") {
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            if !self.takes(",") {
                self.needs("]")?;
                return Ok(Json::List(items));
            }
        }
    }

    /// A string, after its opening quote.
    fn text(&mut self) -> Result<String, Unreadable> {
        let mut text = String::new();
        loop {
            let end = self.0.find(['"', '\\']).ok_or(Unreadable)?;
            let (plain, rest) = self.0.split_at(end);
            if plain.bytes().any(|byte| byte < 0x20) {
                return Err(Unreadable);
            }
            text.push_str(plain);
            self.0 = &rest[1..];
            if rest.starts_with('"') {
                return Ok(text);
            }
            text.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Result<char, Unreadable> {
        let mut letters = self.0.chars();
        let letter = letters.next().ok_or(Unreadable)?;
        self.0 = letters.as_str();
        Ok(match letter {
            '"' | '\\' | '/' => letter,
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => return self.unicode(),
            _ => return Err(Unreadable),
        })
    }

    fn unicode(&mut self) -> Result<char, Unreadable> {
        let first = self.unit()?;
        let code = if (0xd800..0xdc00).contains(&first) {
            let second = self.0.strip_prefix("\\u").ok_or(Unreadable)?;
            self.0 = second;
            let second = self.unit()?;
            if !(0xdc00..0xe000).contains(&second) {
                return Err(Unreadable);
            }
            0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
        } else {
            first
        };
        char::from_u32(code).ok_or(Unreadable)
    }

    fn unit(&mut self) -> Result<u32, Unreadable> {
        let digits = self.0.get(..4).ok_or(Unreadable)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Unreadable);
        }
        self.0 = &self.0[4..];
        u32::from_str_radix(digits, 16).map_err(|_| Unreadable)
    }

    fn number(&mut self) -> Result<Json, Unreadable> {
        let is_negative = self.takes("-");
        let end = self.0.find(|letter: char| !letter.is_ascii_digit());
        let (digits, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        let has_more = rest.starts_with(['.', 'e', 'E']);
        let has_needless_zero = digits.len() > 1 && digits.starts_with('0');
        if has_more || has_needless_zero {
            return Err(Unreadable);
        }
        self.0 = rest;
        let number: u64 = digits.parse().map_err(|_| Unreadable)?;
        if is_negative {
            let number = i64::try_from(number).map_err(|_| Unreadable)?;
            Ok(Json::Negative(-number))
        } else {
            Ok(Json::Natural(number))
        }
    }
}
