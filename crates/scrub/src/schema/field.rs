use crate::selector::{Type, Types};

/// Whether a field can hold personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pii {
    /// Every rule may touch it.
    True,
    /// Only a rule that names its path.
    Maybe,
    /// No rule.
    False,
}

/// A field of the schema.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) pii: Pii,
    /// The types besides those that follow from the value.
    pub(crate) types: Types,
    pub(crate) shape: Shape,
}

/// What the schema expects to find in a field.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Nothing that a rule could touch, here and below.
    Nothing,
    /// Any JSON; everything in it has the field's flag.
    Any,
    /// An object of known fields; the last field is that of all other keys.
    Struct(&'static [(&'static str, Field)], &'static Field),
    /// A list of such fields.
    List(&'static Field),
    /// A list of pairs of a key and such a field, an object to selectors.
    Pairs(&'static Field),
    /// A file path, whose last part is never touched.
    FilePath,
    /// The objects of `contexts`, which [`super::context_field`] tells apart.
    Contexts,
}

impl Field {
    pub(crate) const fn new(pii: Pii, shape: Shape) -> Self {
        Self {
            pii,
            types: Types::NONE,
            shape,
        }
    }

    pub(crate) const fn typed(mut self, kind: Type) -> Self {
        self.types = self.types.and(Types::of(kind));
        self
    }
}

/// Holds nothing that a rule could touch.
pub(super) const FALSE: Field = Field::new(Pii::False, Shape::Nothing);
/// Free JSON that only explicit paths touch.
pub(super) const MAYBE: Field = Field::new(Pii::Maybe, Shape::Any);
/// Free JSON that every rule may touch.
pub(super) const TRUE: Field = Field::new(Pii::True, Shape::Any);
/// A path of a file.
pub(super) const FILE_PATH: Field = Field::new(Pii::Maybe, Shape::FilePath);
/// Pairs that every rule may touch: headers, cookies, query strings.
pub(super) const TRUE_PAIRS: Field = Field::new(Pii::True, Shape::Pairs(&TRUE));

/// A structure in which keys that are not listed cannot be touched.
pub(super) const fn closed(fields: &'static [(&'static str, Field)]) -> Field {
    Field::new(Pii::False, Shape::Struct(fields, &FALSE))
}

/// A structure with a field for the keys that are not listed.
pub(super) const fn open(fields: &'static [(&'static str, Field)], other: &'static Field) -> Field {
    Field::new(Pii::False, Shape::Struct(fields, other))
}

/// A list that cannot be touched itself.
pub(super) const fn list(element: &'static Field) -> Field {
    Field::new(Pii::False, Shape::List(element)).typed(Type::Array)
}
