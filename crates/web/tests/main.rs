//! The pages over real databases of both kinds, asked as a browser would ask.

#[cfg(test)]
mod account;
#[cfg(test)]
mod attachments;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod feedback;
#[cfg(test)]
mod filters;
#[cfg(test)]
mod grouping;
#[cfg(test)]
mod ignore;
#[cfg(test)]
mod issue;
#[cfg(test)]
mod issues;
#[cfg(test)]
mod merging;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod safety;
#[cfg(test)]
mod sampling;
#[cfg(test)]
mod scrubbing;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod site;
#[cfg(test)]
mod start;
#[cfg(test)]
mod stats;
