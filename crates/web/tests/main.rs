//! The pages over real databases of both kinds, asked as a browser would ask.

#[cfg(test)]
mod account;
#[cfg(test)]
mod issue;
#[cfg(test)]
mod issues;
#[cfg(test)]
mod safety;
#[cfg(test)]
mod site;
#[cfg(test)]
mod start;
