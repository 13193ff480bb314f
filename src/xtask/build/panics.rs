//! Takes out of a linked module what its panics would say. Nobody would read it: the app has no panic
//! hook, so a panic is a trap either way, and the boot code replaces the page. With the messages go the
//! places in the source, and the code that writes both (`Debug` of many types, tables of Unicode, the
//! hook of `std`).
//!
//! rustc does so itself with `panic = "immediate-abort"`, which is not in a stable version yet. Here each
//! call that panics becomes the instruction `unreachable`, before the splitter asks what uses what. The
//! module keeps its length: what is left of a call are instructions that do nothing, until wasm-opt.

use super::sections;
use crate::failure::Failure;
use std::collections::HashMap;
use std::ops::Range;
use wasm_encoder::{CustomSection, Encode as _};
use wasmparser::{
    CustomSectionReader, FunctionBody, KnownCustom, Name, Operator, Parser, Payload, Result,
};

const UNREACHABLE: u8 = 0x00;
const NOTHING: u8 = 0x01;
/// The section that says which places of the code refer to functions and data.
const RELOCATIONS: &str = "reloc.CODE";
/// A part of the names of the functions that throw an error in JavaScript, which is caught there.
const THROWS: &str = "wasm_bindgen";

/// The module without the messages of its panics.
pub(super) fn silenced(module: &[u8]) -> std::result::Result<Vec<u8>, Failure> {
    silence(module).map_err(|cause| Failure::new(format!("cannot read the linked app: {cause}")))
}

fn silence(module: &[u8]) -> Result<Vec<u8>> {
    let names = names(module)?;
    let mut panics = Vec::new();
    let mut code = 0;
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::CodeSectionStart { range, .. } => code = place(range.start),
            Payload::CodeSectionEntry(body) => panics.append(&mut panics_of(&body, &names)?),
            _ => {}
        }
    }
    let mut silent = module.to_vec();
    for panic in &panics {
        silent[panic.clone()].fill(NOTHING);
        silent[panic.start] = UNREACHABLE;
    }
    sections::rewritten(&silent, |payload, written| match payload {
        Payload::CustomSection(section) if section.name() == RELOCATIONS => {
            written.section(&relocations(section, code, &panics)?);
            Ok(true)
        }
        _ => Ok(false),
    })
}

/// The names of the functions, by their index.
fn names(module: &[u8]) -> Result<HashMap<u32, &str>> {
    let mut names = HashMap::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::CustomSection(section) = payload? else {
            continue;
        };
        let KnownCustom::Name(parts) = section.as_known() else {
            continue;
        };
        for part in parts {
            let Name::Function(functions) = part? else {
                continue;
            };
            for function in functions {
                let function = function?;
                names.insert(function.index, function.name);
            }
        }
    }
    Ok(names)
}

/// The calls of a function that panic, each with the instructions before it that only make its
/// arguments. The compiler writes `unreachable` after a call that never returns.
fn panics_of(body: &FunctionBody<'_>, names: &HashMap<u32, &str>) -> Result<Vec<Range<usize>>> {
    let mut panics = Vec::new();
    let mut straight = None;
    let mut called = None;
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, at) = operators.read_with_offset()?;
        let (at, end) = (place(at), place(operators.original_position()));
        if let (Operator::Unreachable, Some((call, function))) = (&operator, called.take()) {
            let name = names.get(&function);
            if name.is_some_and(|name| !name.contains(THROWS)) {
                panics.push(call);
            }
        }
        if let Operator::Call { function_index } = operator {
            called = Some((straight.unwrap_or(at)..end, function_index));
        }
        straight = match is_straight(&operator) {
            true => straight.or(Some(at)),
            false => None,
        };
    }
    Ok(panics)
}

/// Whether an instruction neither calls nor jumps, and is not where something jumps to.
fn is_straight(operator: &Operator<'_>) -> bool {
    !matches!(
        operator,
        Operator::Call { .. }
            | Operator::CallIndirect { .. }
            | Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Else
            | Operator::End
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
            | Operator::Return
            | Operator::Unreachable
    )
}

/// The section of the relocations without those in the panics. `code` is where the code section starts.
fn relocations(
    section: &CustomSectionReader<'_>,
    code: usize,
    panics: &[Range<usize>],
) -> Result<CustomSection<'static>> {
    let mut data = Vec::new();
    if let KnownCustom::Reloc(relocations) = section.as_known() {
        let start = place(section.data_offset());
        let entries: Vec<_> = relocations
            .entries()
            .into_iter_with_offsets()
            .collect::<Result<_>>()?;
        let ends = entries.iter().skip(1).map(|(at, _)| place(*at) - start);
        let mut count = 0_u32;
        let mut kept = Vec::new();
        for ((at, entry), end) in entries.iter().zip(ends.chain([section.data().len()])) {
            let refers = code + entry.offset as usize;
            let next = panics.partition_point(|panic| panic.end <= refers);
            if panics
                .get(next)
                .is_some_and(|panic| panic.contains(&refers))
            {
                continue;
            }
            count += 1;
            kept.extend_from_slice(&section.data()[place(*at) - start..end]);
        }
        relocations.section_index().encode(&mut data);
        count.encode(&mut data);
        data.append(&mut kept);
    }
    Ok(CustomSection {
        name: RELOCATIONS.into(),
        data: data.into(),
    })
}

/// A place in a module that is in memory.
fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        CodeSection, Function, FunctionSection, InstructionSink, Module, NameMap, NameSection,
        TypeSection,
    };

    /// A module of the functions `panic` (0), `wasm_bindgen::throw` (1), and one with this body.
    fn module(write: impl Fn(&mut InstructionSink<'_>)) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        let empty = |sink: &mut InstructionSink<'_>| {
            sink.unreachable();
        };
        let bodies: [&dyn Fn(&mut InstructionSink<'_>); 3] = [&empty, &empty, &write];
        for write in bodies {
            functions.function(0);
            let mut function = Function::new([]);
            write(&mut function.instructions());
            function.instructions().end();
            code.function(&function);
        }
        let mut named = NameMap::new();
        named.append(0, "panic");
        named.append(1, "wasm_bindgen::throw");
        named.append(2, "caller");
        let mut names = NameSection::new();
        names.functions(&named);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code);
        module.section(&names);
        module.finish()
    }

    fn check(before: impl Fn(&mut InstructionSink<'_>), after: impl Fn(&mut InstructionSink<'_>)) {
        assert_eq!(silenced(&module(before)).unwrap(), module(after));
    }

    #[test]
    fn a_call_that_never_returns_is_replaced_with_its_arguments() {
        check(
            |code| {
                code.i32_const(1).drop().call(0).unreachable();
            },
            |code| {
                code.unreachable().nop().nop().nop().nop().unreachable();
            },
        );
    }

    #[test]
    fn what_was_called_before_is_kept() {
        let kept = |code: &mut InstructionSink<'_>| {
            code.call(2).i32_const(1).drop();
        };
        check(
            |code| {
                kept(code);
                code.call(2).call(0).unreachable();
            },
            |code| {
                kept(code);
                code.call(2).unreachable().nop().unreachable();
            },
        );
    }

    #[test]
    fn calls_that_return_or_throw_are_kept() {
        for function in [0, 1] {
            let module = module(|code| {
                code.call(function);
                match function {
                    0 => code.nop(),
                    _ => code.unreachable(),
                };
            });
            assert_eq!(silenced(&module).unwrap(), module);
        }
    }

    #[test]
    fn relocations_of_panics_are_dropped() {
        // Of the code section: two entries, at 1 in the panic and at 9 after it, both of the function 0.
        let data = [3, 2, 0, 1, 0, 0, 9, 0];
        let mut module = Module::new();
        module.section(&CustomSection {
            name: RELOCATIONS.into(),
            data: data.as_slice().into(),
        });
        let module = module.finish();
        let section =
            Parser::new(0)
                .parse_all(&module)
                .find_map(|payload| match payload.unwrap() {
                    Payload::CustomSection(section) => Some(section),
                    _ => None,
                });
        let kept = relocations(&section.unwrap(), 100, std::slice::from_ref(&(100..105))).unwrap();
        assert_eq!(kept.data.as_ref(), [3, 1, 0, 9, 0]);
    }
}
