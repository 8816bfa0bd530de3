//! What a database keeps of removed text where no query finds it: compression dictionaries that
//! learned it, and the free space of files.

pub(crate) mod learned;
pub(crate) mod pages;
pub(crate) mod retire;
