//! End-to-end tests: the compiled server, real SDKs, a real browser, and the rules of the house.
//!
//! `tests/run` prepares what they need; `tests/README.md` says what is skipped without it.

#[cfg(test)]
mod apps;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod databases;
#[cfg(test)]
mod durability;
#[cfg(test)]
mod grouping_cases;
#[cfg(test)]
mod import;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod planted;
#[cfg(test)]
mod scrub_cases;
#[cfg(test)]
mod shares;
#[cfg(test)]
mod tidy;
