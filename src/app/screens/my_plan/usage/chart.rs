//! The geometry of the usage chart: each day's usage in a view box of 100 by 100.

use chrono::{Datelike, NaiveDate};

use super::summary::Summary;
use billing::metering::usage::CountedDay;

/// A chart, as paths of an SVG whose view box is 100 by 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The days that count, as a line.
    pub line: String,
    /// The days before counting began, as a line.
    pub before: String,
    /// The area below the line.
    pub area: String,
    /// The lines of the grid.
    pub grid: String,
    /// The position of the limit, from the top; `None` when it is above the chart.
    pub limit: Option<String>,
    /// The projection.
    pub ahead: Option<Path>,
    /// The last counted day.
    pub last: Option<Point>,
    /// Every day that has figures.
    pub days: Vec<Day>,
}

/// A projection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The line to the expected end.
    pub line: String,
    /// The band from the lowest to the highest end.
    pub band: String,
    /// The position of the highest end, from the top.
    pub top: String,
}

/// A position, in percent from the start and from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    pub x: String,
    pub y: String,
}

/// A counted day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub day: NaiveDate,
    /// The users as of its end.
    pub users: u64,
    /// Users that are new since the day before.
    pub new: u64,
    /// Whether it counts: days before the end of a trial or a pause do not.
    pub counts: bool,
    /// The start of the day, in percent.
    pub start: String,
    /// Whether it is in the second half of the month.
    pub is_late: bool,
}

impl Drawing {
    /// The chart of a usage summary.
    pub fn of(summary: &Summary) -> Self {
        let plane = Plane::of(summary);
        let line = plane.line(&summary.counted);
        let ends = summary.counted.first().zip(summary.counted.last());
        let area = ends.map_or_else(String::new, |(first, last)| {
            let (from, to) = (u64::from(first.day.day()), u64::from(last.day.day()));
            format!("M{} 100L{line}L{} 100Z", plane.x(from), plane.x(to))
        });
        Self {
            area,
            line: format!("M{line}"),
            before: format!("M{}", plane.line(&summary.before)),
            grid: (0..=3).fold(String::new(), |grid, step| {
                format!("{grid}M0 {}H100", plane.y(plane.step * step))
            }),
            limit: (summary.limit <= plane.top).then(|| plane.y(summary.limit)),
            ahead: path(summary, &plane),
            last: summary.counted.last().map(|last| Point {
                x: plane.x(u64::from(last.day.day())),
                y: plane.y(last.users),
            }),
            days: days(summary, &plane),
        }
    }
}

fn path(summary: &Summary, plane: &Plane) -> Option<Path> {
    let ahead = summary.ahead.as_ref()?;
    let CountedDay { day, users } = *summary.counted.last()?;
    let start = format!("M{} {}", plane.x(u64::from(day.day())), plane.y(users));
    let [low, expected, high] =
        [ahead.users.low, ahead.users.expected, ahead.users.high].map(|end| plane.y(end));
    Some(Path {
        line: format!("{start}L100 {expected}"),
        band: format!("{start}L100 {low}V{high}Z"),
        top: high,
    })
}

fn days(summary: &Summary, plane: &Plane) -> Vec<Day> {
    let mut days = Vec::with_capacity(summary.before.len() + summary.counted.len());
    for (counts, course) in [(false, &summary.before), (true, &summary.counted)] {
        let mut before = 0;
        for CountedDay { day, users } in course {
            let number = u64::from(day.day());
            days.push(Day {
                day: *day,
                users: *users,
                new: users.saturating_sub(before),
                counts,
                start: plane.x_halves(number * 2 - 1),
                is_late: number * 2 > summary.days,
            });
            before = *users;
        }
    }
    days
}

/// The scale of a chart.
struct Plane {
    top: u64,
    step: u64,
    days: u64,
}

impl Plane {
    /// High enough for the usage and the projection, with room above for a label. The limit is on the
    /// chart unless usage is below a quarter of it.
    fn of(summary: &Summary) -> Self {
        let ahead = summary.ahead.as_ref().map_or(0, |ahead| ahead.users.high);
        let before = summary.before.iter().map(|day| day.users).max();
        let high = summary.usage.max(ahead).max(before.unwrap_or(0));
        let high = if high >= summary.limit / 4 {
            high.max(summary.limit)
        } else {
            high
        };
        let top = high.saturating_add(high / 6).max(10);
        Self {
            top,
            step: round_step(top / 3),
            days: summary.days.max(2),
        }
    }

    /// The points at the ends of the days, in order.
    fn line(&self, days: &[CountedDay]) -> String {
        let point = |day: &CountedDay| {
            let place = self.x(u64::from(day.day.day()));
            format!("{place} {}", self.y(day.users))
        };
        days.iter().map(point).collect::<Vec<_>>().join("L")
    }

    /// The position of a day's end, in percent.
    fn x(&self, day: u64) -> String {
        self.x_halves(day * 2)
    }

    /// The position of a number of half days since the start of the 1st; the end of the 1st is at 0.
    fn x_halves(&self, halves: u64) -> String {
        let from_first = halves.cast_signed() - 2;
        hundredths(from_first * 10_000 / (self.days.cast_signed() - 1) / 2)
    }

    /// The position of a number of users, in percent from the top.
    fn y(&self, users: u64) -> String {
        let place = u128::from(users) * 10_000 / u128::from(self.top);
        hundredths(10_000 - i64::try_from(place).unwrap_or(i64::MAX))
    }
}

/// The distance of the grid lines: 1, 2 or 5 times a power of ten, at most the wanted one.
fn round_step(wanted: u64) -> u64 {
    let mut power: u64 = 1;
    while power.saturating_mul(10) <= wanted {
        power = power.saturating_mul(10);
    }
    match wanted / power.max(1) {
        5.. => power * 5,
        2.. => power * 2,
        _ => power,
    }
}

fn hundredths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let number = number.unsigned_abs();
    format!("{sign}{}.{:02}", number / 100, number % 100)
}
