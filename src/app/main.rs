//! The module that the browser loads. It starts nothing by itself: the host calls `mount`.

use app as _;

fn main() {}
