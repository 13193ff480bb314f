//! Plausible usage, the same for the same seed: many new users in the first days of a month, fewer
//! later, fewer at weekends, and each month a little more than the month before.

use billing::metering::usage::MauParts;
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};

use crate::store::usage::UsageDay;

/// The day of the month to which `mau_on_the_20th` belongs.
const MARK: u32 = 20;
/// How many data points a counted user creates per day, on average.
const POINTS_PER_USER: u64 = 490;

/// A month of a demo organization.
pub(super) struct Month<'a> {
    pub(super) organization_id: &'a OrganizationId,
    /// The ids of its projects.
    pub(super) projects: &'a [&'a str],
    /// The users counted by the 20th of the month in which the demo was founded.
    pub(super) mau_on_the_20th: u64,
    /// The organization's time zone, in minutes east of UTC.
    pub(super) zone_offset_minutes: i32,
    pub(super) seed: u64,
    pub(super) period: BillingPeriod,
    /// The 1st of the month in which the demo was founded.
    pub(super) anchor: NaiveDate,
    /// The first day that is counted.
    pub(super) started_on: NaiveDate,
}

impl Month<'_> {
    /// The cumulative figures of each project at the end of a day.
    pub(super) fn counted(&self, day: NaiveDate, now: DateTime<Utc>) -> Vec<UsageDay> {
        let parts = self.parts(self.mau(day));
        let data_points =
            self.mau(day) * POINTS_PER_USER * (85 + self.dice(day, "points") % 31) / 100;
        let projects = self.projects;
        let end = billing::period::day_end(day, self.zone_offset_minutes);
        let counted_at = end.map_or(now, |end| end.min(now));
        let share = |whole: u64, index: usize| share(whole, index, projects.len());
        projects
            .iter()
            .enumerate()
            .map(|(index, id)| UsageDay {
                project_id: (*id).to_owned(),
                day,
                parts: MauParts {
                    app: share(parts.app, index),
                    web_identified: share(parts.web_identified, index),
                    api: share(parts.api, index),
                    anonymous_web: share(parts.anonymous_web, index),
                },
                data_points: share(data_points, index),
                counted_at,
            })
            .collect()
    }

    /// The organization's users from the start of the month to a day. In the month of the anchor, the
    /// figure by the day `MARK` is exactly the tenant's.
    fn mau(&self, day: NaiveDate) -> u64 {
        let days = |last: u32| {
            let days = self.period.start().iter_days();
            days.take_while(move |day| day.day() <= last && self.period.contains(*day))
        };
        let weight = |day: NaiveDate| self.new_users(day);
        let counted = days(day.day()).filter(|day| *day >= self.started_on);
        let whole: u64 = days(MARK).map(weight).sum();
        self.level() * counted.map(weight).sum::<u64>() / whole.max(1)
    }

    /// The users by the day `MARK`: 12 % fewer for each month before the anchor's, 2 % more for each
    /// month after it.
    fn level(&self) -> u64 {
        let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
        let age = months(self.period.start()) - months(self.anchor);
        let (percent, steps) = if age < 0 { (88, -age) } else { (102, age) };
        (0..steps.min(60)).fold(self.mau_on_the_20th, |level, _| level * percent / 100)
    }

    /// How many users a day adds, as a weight relative to the other days of its month.
    fn new_users(&self, day: NaiveDate) -> u64 {
        let early = (0..day.day0()).fold(30_000_u64, |early, _| early * 3 / 4);
        let weekday = match day.weekday() {
            Weekday::Sat | Weekday::Sun => 80,
            Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => 108,
        };
        (4_900 + early) * weekday * (94 + self.dice(day, "users") % 13) / 10_000
    }

    /// The users by the way they were seen. The parts sum to the billable users; three anonymous
    /// visitors count as one.
    fn parts(&self, mau: u64) -> MauParts {
        let (app, api, anonymous) = (mau * 62 / 100, mau * 8 / 100, mau * 12 / 100);
        MauParts {
            app,
            api,
            anonymous_web: anonymous * 3,
            web_identified: mau - app - api - anonymous,
        }
    }

    /// A number that looks random and is the same for the same seed, tenant and day.
    fn dice(&self, day: NaiveDate, what: &str) -> u64 {
        dice(&format!(
            "{}/{}/{day}/{what}",
            self.seed, self.organization_id
        ))
    }
}

/// A number that looks random and is the same for the same text.
pub(super) fn dice(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte))
            .wrapping_mul(0x0100_0000_01b3)
            .rotate_left(23)
    }) >> 16
}

/// The part of one project: half of what the projects before it left over. The last project gets the
/// rest.
fn share(whole: u64, index: usize, projects: usize) -> u64 {
    let left = (0..index).fold(whole, |left, _| left - left / 2);
    if index + 1 == projects {
        left
    } else {
        left / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::seed::TENANTS;

    fn month(seed: u64, first: &str) -> Month<'static> {
        let period = BillingPeriod::of(first.parse().unwrap()).unwrap();
        Month {
            organization_id: &TENANTS[0].id,
            projects: &["prj_shop", "prj_club", "prj_lab"],
            mau_on_the_20th: TENANTS[0].mau_on_the_20th,
            zone_offset_minutes: 0,
            seed,
            period,
            anchor: "2026-06-01".parse().unwrap(),
            started_on: "2026-01-01".parse().unwrap(),
        }
    }

    fn on(month: &Month<'_>, day: &str) -> (u64, u64) {
        let counted = month.counted(day.parse().unwrap(), DateTime::UNIX_EPOCH);
        let parts = counted
            .iter()
            .fold(MauParts::default(), |sum, day| sum.plus(day.parts));
        (
            parts.actual_mau(),
            counted.iter().map(|day| day.data_points).sum(),
        )
    }

    #[test]
    fn the_founding_month_passes_the_limit_before_the_20th_whatever_the_seed() {
        for seed in [1, 2, 77] {
            let june = month(seed, "2026-06-01");
            assert_eq!(on(&june, "2026-06-20").0, 22_000);
            assert!(
                (25_500..28_500).contains(&on(&june, "2026-06-30").0),
                "{}",
                on(&june, "2026-06-30").0
            );
            assert!(
                on(&june, "2026-06-14").0 < 20_000,
                "{}",
                on(&june, "2026-06-14").0
            );
        }
    }

    #[test]
    fn users_only_grow_within_a_month_and_from_month_to_month() {
        let june = month(1, "2026-06-01");
        let days: Vec<u64> = june
            .period
            .start()
            .iter_days()
            .take(30)
            .map(|day| on(&june, &day.to_string()).0)
            .collect();
        assert!(days.is_sorted() && days[0] > 1_000, "{days:?}");
        assert!(on(&month(1, "2026-05-01"), "2026-05-31").0 < on(&june, "2026-06-30").0);
    }

    #[test]
    fn data_points_stay_below_the_users() {
        let june = month(1, "2026-06-01");
        let points: u64 = (1..=20)
            .map(|day| on(&june, &format!("2026-06-{day:02}")).1)
            .sum();
        let processed = billing::metering::usage::processed_mau(points, 10_000);
        assert!((12_000..20_000).contains(&processed), "{processed}");
    }
}
