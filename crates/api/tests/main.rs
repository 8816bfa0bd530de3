//! The API over real databases of both kinds, asked as a script would ask.

#[cfg(test)]
mod account;
#[cfg(test)]
mod attachment;
#[cfg(test)]
mod delete;
#[cfg(test)]
mod event;
#[cfg(test)]
mod feedback;
#[cfg(test)]
mod filters;
#[cfg(test)]
mod grouping;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod ignore_rules;
#[cfg(test)]
mod issue;
#[cfg(test)]
mod issues;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod meanwhile;
#[cfg(test)]
mod merge;
#[cfg(test)]
mod previews;
#[cfg(test)]
mod project;
#[cfg(test)]
mod release;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod sampling;
#[cfg(test)]
mod scrubbing;
#[cfg(test)]
mod stats;
