//! Writes a module anew with some of its sections changed.

use wasm_encoder::{Module, RawSection};
use wasmparser::{BinaryReaderError, Parser, Payload};

/// The module with other sections in place of some. `change` writes what replaces a section and returns
/// `true`, or returns `false` for a section that stays.
pub(super) fn rewritten<E: From<BinaryReaderError>>(
    module: &[u8],
    mut change: impl FnMut(&Payload<'_>, &mut Module) -> Result<bool, E>,
) -> Result<Vec<u8>, E> {
    let mut written = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if change(&payload, &mut written)? {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            let data = &module[range.start as usize..range.end as usize];
            written.section(&RawSection { id, data });
        }
    }
    Ok(written.finish())
}
