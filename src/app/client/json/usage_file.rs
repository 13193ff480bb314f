//! Usage files.

use api::usage::intake::{IntakeResult, StagedUsage};

use super::contract::{name, record};
use super::{Fields, Json, Notes, Read};

record!(StagedUsage {
    id,
    rows,
    added,
    corrected,
    unchanged,
    before,
    after
});
record!(IntakeResult {
    added,
    corrected,
    unchanged,
    metered
});

#[cfg(test)]
mod tests {
    use billing::metering::usage::Metered;

    use super::*;
    use crate::client::json::read;

    #[test]
    fn reads_what_serde_writes() {
        let metered = Metered {
            mau: 5,
            data_points: 6,
        };
        let staged = StagedUsage {
            id: "imp_1".to_owned(),
            rows: 1,
            added: 2,
            corrected: 3,
            unchanged: 4,
            before: metered,
            after: Metered { mau: 7, ..metered },
        };
        let text = serde_json::to_string(&staged).unwrap();
        assert_eq!(read::<StagedUsage>(&text), Ok(staged));
        let taken = IntakeResult {
            added: 1,
            corrected: 2,
            unchanged: 3,
            metered,
        };
        let text = serde_json::to_string(&taken).unwrap();
        assert_eq!(read::<IntakeResult>(&text), Ok(taken));
    }
}
