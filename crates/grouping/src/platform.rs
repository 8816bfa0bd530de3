//! Which rules hold for the names of a platform.

/// The families that Sentry treats alike (reference/GROUPING.md section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    /// Compiled to machine code, with mangled and decorated names.
    Native,
    /// Browsers and Node.
    JavaScript,
    /// Everything else.
    Other,
}

/// The platform of an event or frame, as the SDK names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Platform<'e> {
    /// The SDK's name, `other` where absent.
    pub(crate) name: &'e str,
    /// Its family.
    pub(crate) family: Family,
}

impl<'e> Platform<'e> {
    /// The platform of this name.
    pub(crate) fn new(name: &'e str) -> Self {
        let family = match name {
            "objc" | "cocoa" | "swift" | "native" | "c" => Family::Native,
            "javascript" | "node" => Family::JavaScript,
            _ => Family::Other,
        };
        Self { name, family }
    }

    /// Whether it has this name.
    pub(crate) fn is(self, name: &str) -> bool {
        self.name == name
    }
}
