//! Recalculates derivations from their text: the formula on a line must yield the charged amount.

use crate::money::Exact;
use crate::pricing::statement::Derivation;

/// The result of a derivation's formula with its inputs. Panics when the formula cannot be parsed.
pub(crate) fn worked_out(derivation: &Derivation) -> Exact {
    let mut reader = Reader {
        derivation,
        rest: &derivation.formula,
    };
    let sum = reader.sum();
    assert!(reader.rest.trim().is_empty(), "{:?} is left", reader.rest);
    sum
}

struct Reader<'a> {
    derivation: &'a Derivation,
    rest: &'a str,
}

impl Reader<'_> {
    fn sum(&mut self) -> Exact {
        let mut sum = if self.takes("−") {
            Exact::whole(0).minus(self.product()).unwrap()
        } else {
            self.product()
        };
        loop {
            if self.takes("+") {
                sum = sum.plus(self.product()).unwrap();
            } else if self.takes("−") {
                sum = sum.minus(self.product()).unwrap();
            } else {
                return sum;
            }
        }
    }

    fn product(&mut self) -> Exact {
        let mut product = self.factor();
        loop {
            if self.takes("×") {
                product = product.times(self.factor()).unwrap();
            } else if self.takes("÷") {
                product = product.over(self.factor()).unwrap();
            } else {
                return product;
            }
        }
    }

    fn factor(&mut self) -> Exact {
        if self.takes("(") {
            let sum = self.sum();
            assert!(self.takes(")"), "no ) before {:?}", self.rest);
            return sum;
        }
        if self.takes("{") {
            let (name, rest) = self.rest.split_once('}').unwrap();
            self.rest = rest;
            let mut inputs = self.derivation.inputs.iter();
            let input = inputs.find(|input| input.name == name);
            return input.unwrap_or_else(|| panic!("no input {name:?}")).value;
        }
        let end = self.rest.find(|letter: char| !letter.is_ascii_digit());
        let (number, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        Exact::whole(number.parse().unwrap())
    }

    fn takes(&mut self, sign: &str) -> bool {
        let after = self.rest.trim_start().strip_prefix(sign);
        self.rest = after.unwrap_or(self.rest).trim_start();
        after.is_some()
    }
}
