use super::*;
use crate::json::parse;

#[test]
fn meta_survives_reading_and_writing() {
    let text = r#"{"extra":{"v":{"":{"rem":[["@email","s",2,9],["@ip","x"]],"err":["invalid_data",["value_too_long",{"reason":"r"}]],"len":13,"val":[1]}}}}"#;
    let tree = MetaTree::from_value(&parse(text.as_bytes()).expect("reads"));
    assert_eq!(tree.to_value().expect("has notes").to_json(), text);
    let mut written = String::new();
    tree.write(&mut written);
    assert_eq!(written, text);
}

#[test]
fn notes_below_an_empty_key_stay_apart_from_those_about_the_parent() {
    for (path, text) in [
        (
            &["", "val"][..],
            r#"{"extra":{"":{"":{},"val":{"":{"len":3}}}}}"#,
        ),
        (&["", "a"], r#"{"extra":{"":{"a":{"":{"len":3}}}}}"#),
        (&["", "rem"], r#"{"extra":{"":{"rem":{"":{"len":3}}}}}"#),
        (&[""], r#"{"extra":{"":{"":{"len":3}}}}"#),
        (&["", ""], r#"{"extra":{"":{"":{"":{"len":3}}}}}"#),
        (
            &["", "", "val"],
            r#"{"extra":{"":{"":{"":{},"val":{"":{"len":3}}}}}}"#,
        ),
        (&[], r#"{"extra":{"":{"len":3}}}"#),
    ] {
        let mut tree = MetaTree::default();
        let extra = std::iter::once(&"extra").chain(path);
        let path: Vec<_> = extra.map(|key| PathItem::Key(key)).collect();
        tree.entry(&path).original_length = Some(3);
        let mut written = String::new();
        tree.write(&mut written);
        assert_eq!(written, text);
        assert_eq!(tree.to_value().expect("has notes").to_json(), text);
        let read = MetaTree::from_value(&parse(text.as_bytes()).expect("reads"));
        assert_eq!(read, tree, "{text}");
    }
    let original = r#"{"extra":{"":{"val":{"":{"len":3}}}}}"#;
    let read = MetaTree::from_value(&parse(original.as_bytes()).expect("reads"));
    assert!(read.get(&[PathItem::Key("extra")]).is_some());
    assert_eq!(read.to_value().expect("has notes").to_json(), original);
}

#[test]
fn notes_are_found_by_path() {
    let mut tree = MetaTree::default();
    let path = [
        PathItem::Key("breadcrumbs"),
        PathItem::Key("values"),
        PathItem::Index(0),
    ];
    tree.entry(&path).original_length = Some(3);
    assert_eq!(
        tree.get(&path).and_then(|meta| meta.original_length),
        Some(3)
    );
    assert_eq!(tree.get(&path[..1]), None);
}
