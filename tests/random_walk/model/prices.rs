//! The price lists of SPEC 2.2 to 2.5, and sums in fractions.

use std::collections::BTreeSet;

use num_rational::Ratio;

/// An amount before rounding, in whole units of the currency.
pub(crate) type Exact = Ratio<i128>;
/// Minor units.
pub(crate) type Cents = i128;
/// The id of an add-on.
pub(crate) type AddOn = &'static str;
/// Add-ons of an account.
pub(crate) type AddOns = BTreeSet<AddOn>;

/// Tier limits and their base price in dollars a month (SPEC 2.2).
pub(crate) const TIERS: [(u64, i128); 6] = [
    (5_000, 75),
    (20_000, 250),
    (40_000, 500),
    (60_000, 750),
    (80_000, 1_000),
    (100_000, 1_250),
];

const TENTHS: [AddOn; 5] = [
    "advanced-analytics",
    "cloud-export",
    "content-personalization",
    "premium-channels",
    "whatsapp-connect",
];
/// The add-on that includes a number of uses.
pub(crate) const EMAIL: AddOn = "clevertap-email";
/// How many e-mails a month includes.
const INCLUDED: u64 = 100_000;
const FIFTHS: [AddOn; 2] = ["custom-list-segment", "promotions"];

/// The price lists of the three shipped books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// `essentials`, in dollars.
    Published,
    /// `essentials-2025`, in dollars.
    Later,
    /// `essentials-2025`, in rupees.
    Rupees,
    /// `essentials-email`: as `essentials-2025` in dollars, with CleverTap Email.
    Email,
}

/// One amount of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(crate) kind: &'static str,
    pub(crate) add_on: Option<AddOn>,
    pub(crate) cents: Cents,
}

/// Lines, and the taxes on their sum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) lines: Vec<Line>,
    pub(crate) taxes: Vec<(&'static str, Cents)>,
}

/// The states of supplier and customer, as codes of Indian states (SPEC R16).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) supplier: u8,
    pub(crate) customer: u8,
}

impl List {
    pub(crate) const fn book(self) -> &'static str {
        match self {
            Self::Published => "essentials",
            Self::Later | Self::Rupees => "essentials-2025",
            Self::Email => "essentials-email",
        }
    }

    pub(crate) const fn currency(self) -> &'static str {
        match self {
            Self::Published | Self::Later | Self::Email => "USD",
            Self::Rupees => "INR",
        }
    }

    pub(crate) fn add_ons(self) -> Vec<AddOn> {
        let fifths = match self {
            Self::Published => &[][..],
            Self::Later | Self::Rupees | Self::Email => &FIFTHS,
        };
        let email = (self == Self::Email).then_some(&EMAIL);
        TENTHS.iter().chain(fifths).chain(email).copied().collect()
    }

    /// Whether an add-on is priced in percent of the tier.
    const fn is_in_percent(self) -> bool {
        !matches!(self, Self::Published)
    }

    /// Rupees per dollar of the list (SPEC 2.2).
    const fn rate(self) -> i128 {
        match self {
            Self::Published | Self::Later | Self::Email => 1,
            Self::Rupees => 80,
        }
    }

    pub(crate) fn base(self, tier: u64) -> Exact {
        let (_, dollars) = TIERS.into_iter().find(|one| one.0 == tier).unwrap();
        whole(dollars * self.rate())
    }

    pub(crate) fn add_on(self, id: AddOn, tier: u64) -> Exact {
        if id == EMAIL {
            whole(50) + self.base(tier) * percent(id)
        } else if self.is_in_percent() {
            self.base(tier) * percent(id)
        } else {
            whole(20)
        }
    }

    /// The price of 100 users above the limit (SPEC 2.5).
    fn hundred(self) -> Exact {
        match self {
            Self::Published => whole(1),
            Self::Later | Self::Rupees | Self::Email => Exact::new(125 * self.rate(), 100),
        }
    }

    fn surcharge(self, id: AddOn) -> Exact {
        match self {
            Self::Published => Exact::new(10, 100),
            Self::Later | Self::Rupees | Self::Email => percent(id),
        }
    }

    /// Tier and add-ons of a month, times a part of a month or the months of a term (R8, R9, R13, R15).
    pub(crate) fn recurring(self, (tier, add_ons): (u64, &AddOns), times: Exact) -> Vec<Line> {
        let mut lines = vec![line("base", None, self.base(tier) * times)];
        let price = |id: &AddOn| line("add_on", Some(id), self.add_on(id, tier) * times);
        lines.extend(add_ons.iter().map(price));
        without_zeros(lines)
    }

    /// The surplus of an order: for the tier, for each repriced add-on, and each new add-on in full (R5, R7).
    pub(crate) fn surplus(
        self,
        (before, after): (u64, u64),
        (held, new): (&AddOns, &AddOns),
        times: Exact,
    ) -> Vec<Line> {
        let tier = self.base(after) - self.base(before);
        let mut lines = vec![line("tier_proration", None, tier * times)];
        for id in held {
            let more = self.add_on(id, after) - self.add_on(id, before);
            lines.push(line("add_on_repricing", Some(id), more * times));
        }
        for id in new {
            let price = self.add_on(id, after);
            lines.push(line("add_on_proration", Some(id), price * times));
        }
        without_zeros(lines)
    }

    /// E-mails above the number that a month includes, $0.0005 each; settled ones are not charged again.
    pub(crate) fn extra_uses(self, used: u64, settled: u64) -> Option<Line> {
        let extra = used.saturating_sub(INCLUDED.max(settled));
        let amount = Exact::new(i128::from(extra) * 5, 10_000);
        let line = (self == Self::Email).then(|| line("add_on_use", Some(&EMAIL), amount));
        line.filter(|line| line.cents != 0)
    }

    /// Users above the limit, and each add-on's surcharge on the unrounded fee (R3, R4).
    pub(crate) fn overage(self, over: u64, add_ons: &AddOns, part: Exact) -> Vec<Line> {
        let fee = Exact::new(i128::from(over), 100) * self.hundred() * Exact::new(12, 10) * part;
        let mut lines = vec![line("mau_overage", None, fee)];
        let surcharge = |id: &AddOn| line("add_on_overage", Some(id), fee * self.surcharge(id));
        lines.extend(add_ons.iter().map(surcharge));
        without_zeros(lines)
    }
}

impl Statement {
    /// With GST if the supply has a place (R16): each tax is rounded on its own.
    pub(crate) fn of(lines: Vec<Line>, places: Option<Places>) -> Self {
        let subtotal: Cents = lines.iter().map(|line| line.cents).sum();
        let tax = |name, percent| (name, rounded(Exact::new(subtotal * percent, 10_000)));
        let taxes = match places {
            Some(_) if subtotal == 0 => Vec::new(),
            None => Vec::new(),
            Some(Places { supplier, customer }) if supplier == customer => {
                vec![tax("CGST", 9), tax("SGST", 9)]
            }
            Some(_) => vec![tax("IGST", 18)],
        };
        Self { lines, taxes }
    }

    pub(crate) fn subtotal(&self) -> Cents {
        self.lines.iter().map(|line| line.cents).sum()
    }

    pub(crate) fn tax(&self) -> Cents {
        self.taxes.iter().map(|(_, cents)| cents).sum()
    }

    pub(crate) fn total(&self) -> Cents {
        self.subtotal() + self.tax()
    }

    /// The sum of the overage lines.
    pub(crate) fn overage(&self) -> Cents {
        let overage =
            |line: &&Line| matches!(line.kind, "mau_overage" | "add_on_overage" | "add_on_use");
        self.lines
            .iter()
            .filter(overage)
            .map(|line| line.cents)
            .sum()
    }
}

/// An amount as the contract has it: `24.00`.
pub(crate) fn text(cents: Cents) -> String {
    assert!(cents >= 0, "nothing here is a credit");
    format!("{}.{:02}", cents / 100, cents % 100)
}

pub(crate) fn whole(number: i128) -> Exact {
    Exact::from_integer(number)
}

fn line(kind: &'static str, add_on: Option<&AddOn>, amount: Exact) -> Line {
    let add_on = add_on.copied();
    let cents = rounded(amount);
    Line {
        kind,
        add_on,
        cents,
    }
}

fn without_zeros(mut lines: Vec<Line>) -> Vec<Line> {
    lines.retain(|line| line.cents != 0);
    lines
}

fn percent(id: AddOn) -> Exact {
    Exact::new(if FIFTHS.contains(&id) { 20 } else { 10 }, 100)
}

/// Minor units, rounded half away from zero (R1).
fn rounded(amount: Exact) -> Cents {
    (amount * whole(100)).round().to_integer()
}
