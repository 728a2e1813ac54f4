//! Between messages and the domain: every bad field of a message is refused together, and nothing is lost on the way
//! back.

mod answers;
mod requests;

pub(super) use answers::{checkpoints, line, place, pool, pools, receipt, verdict, waiting};
pub(super) use requests::{
    add_pool, confirm, create_line, end, get_place, get_pool, list_checkpoints, list_waiting, move_place,
    programme, recover, release, reserve, set_capacity, set_windows,
};
