use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn, environment};

use super::selection::{PERIODS, ReadSearch, Selection};
use crate::address;
use crate::frame::{Choice, FilterWord, Filters, Hidden};

/// The selectors and the search field for the pages of a project, as the selection sets them.
pub(crate) fn build(
    conn: &mut Conn<'_>,
    project: &Project,
    selection: &Selection,
    read: &ReadSearch,
    error: Option<String>,
) -> store::Result<Filters> {
    let mut environments = vec![Choice {
        value: String::new(),
        label: "All environments".to_owned(),
        selected: selection.environment.is_empty(),
    }];
    for known in environment::list(conn, project.id)? {
        environments.push(Choice {
            selected: selection.environment == known.name,
            label: known.name.clone(),
            value: known.name,
        });
    }
    if !environments.iter().any(|one| one.selected) {
        environments.push(Choice {
            value: selection.environment.clone(),
            label: selection.environment.clone(),
            selected: true,
        });
    }
    let words = read.search.words.iter().enumerate();
    let words = words.map(|(place, word)| FilterWord {
        text: word.text.clone(),
        remove: selection
            .without(&read.search, place)
            .address(&project.slug),
    });
    let current = selection.period().word;
    Ok(Filters {
        action: address::issues(&project.slug),
        words: words.collect(),
        rest: read.rest.clone(),
        error,
        environments,
        periods: PERIODS
            .iter()
            .map(|period| Choice {
                value: period.word.to_owned(),
                label: period.label.to_owned(),
                selected: period.word == current,
            })
            .collect(),
        hidden: hidden(selection, read),
    })
}

fn hidden(selection: &Selection, read: &ReadSearch) -> Vec<Hidden> {
    let words: Vec<&str> = read
        .search
        .words
        .iter()
        .map(|word| word.text.as_str())
        .collect();
    [
        ("query", words.join(" ")),
        ("status", selection.status.clone()),
        ("sort", selection.sort.clone()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| Hidden { name, value })
    .collect()
}
