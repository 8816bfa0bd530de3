//! The page about a project's grouping: version, rules, discarded issues, jobs.

use super::*;

const VERSION: &str = "/projects/default/grouping/version";
const OLD: &str = "newstyle:2023-01-11";
const NEW: &str = "newstyle:2026-01-20";

/// A rule that splits an issue, saved without moving the past.
async fn with_rule(site: &Site) -> Rule {
    site.set_up().await;
    for region in ["eu", "eu", "us"] {
        site.store(&error("TimeoutError", "no answer", region))
            .await;
    }
    let issue = site.issues().await.remove(0);
    let fields = [
        ("kind", "split"),
        ("by", "tag"),
        ("tag", "region"),
        ("past", "1"),
    ];
    let form = format!("/issues/{issue}/grouping/change/");
    let saved = site.try_and_save(&form, &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    site.rules().await.remove(0)
}

#[test]
fn an_empty_page_says_what_to_do() {
    on_both(|site| async move {
        site.set_up().await;
        let page = site.get(PAGE).await;
        assert_eq!(page.status, StatusCode::OK);
        for part in [
            "No rule yet",
            "No job has run",
            "discarded from its page",
            NEW,
            "Write rules",
        ] {
            assert!(page.body.contains(part), "{part}");
        }
        let settings = site.get("/projects/default/settings").await;
        assert!(settings.body.contains(&format!("href=\"{PAGE}\"")));
    });
}

#[test]
fn a_rule_is_edited_switched_off_and_on_and_removed_with_its_history() {
    on_both(|site| async move {
        let rule = with_rule(&site).await;
        site.run_jobs().await;
        let path = format!("/projects/default/grouping/rules/{}", rule.id);
        let text = "error.type:TimeoutError -> timeouts, {{ tags.region }}";
        let edited = site
            .try_and_save(&path, &[("change", "edit"), ("text", text)])
            .await;
        assert_eq!(edited.location, path, "{}", edited.body);
        assert_eq!(site.rules().await[0].text, text);
        site.try_and_save(&path, &[("change", "off")]).await;
        assert!(!site.rules().await[0].is_active);
        let overview = site.get(PAGE).await;
        assert!(overview.body.contains(&format!("id=\"rule-{}\"", rule.id)));
        assert!(overview.body.contains(">off</span>"));
        site.try_and_save(&path, &[("change", "on")]).await;
        assert!(site.rules().await[0].is_active);
        let page = site.get(&path).await;
        for step in [
            "Edited; before, it said",
            "Switched off",
            "Switched on",
            "Made, with this",
        ] {
            assert!(page.body.contains(step), "{step}");
        }
        let restore = page
            .body
            .split_once("?restore&#x3D;")
            .or(page.body.split_once("?restore="));
        let at = restore.unwrap().1.split('#').next().unwrap();
        let restored = site.get(&format!("{path}?restore={at}")).await;
        assert_eq!(restored.rule_text(), rule.text);
        site.try_and_save(&path, &[("change", "remove")]).await;
        assert!(site.rules().await.iter().all(|rule| rule.is_removed));
        let gone = site.get(&path).await;
        assert!(gone.body.contains(">removed<") && !gone.body.contains("id=\"rule-text\""));
        let unknown = site.try_out(&path, &[("change", "explode")]).await;
        assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
        let missing = site.get("/projects/default/grouping/rules/99").await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_job_is_paused_resumed_and_taken_back() {
    on_both(|site| async move {
        with_rule(&site).await;
        let id = site.jobs().await[0].id;
        let path = format!("/projects/default/grouping/jobs/{id}");
        let state = async || site.jobs().await[0].state;
        let paused = site.post(&path, &[("action", "pause")]).await;
        assert_eq!(paused.location, format!("{PAGE}#jobs"));
        assert_eq!(state().await, JobState::Paused);
        let page = site.get(PAGE).await;
        assert!(page.body.contains(">paused<") && page.body.contains("value=\"resume\""));
        site.run_jobs().await;
        assert_eq!(site.issues().await.len(), 1, "a paused job does nothing");
        site.post(&path, &[("action", "resume")]).await;
        site.run_jobs().await;
        assert_eq!(
            (state().await, site.issues().await.len()),
            (JobState::Done, 2)
        );
        let part = site.get("/projects/default/grouping/jobs").await;
        assert!(part.body.contains("3 of 3 events") && !part.body.contains("<html"));
        site.post(&path, &[("action", "undo")]).await;
        site.run_jobs().await;
        assert_eq!(
            (state().await, site.issues().await.len()),
            (JobState::Undone, 1)
        );
        assert!(
            !site
                .rules()
                .await
                .iter()
                .any(|rule| rule.is_active && !rule.is_removed)
        );
        assert_eq!(site.get(&path).await.location, PAGE, "typed as an address");
        let wrong = site.post(&path, &[("action", "explode")]).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        let other = site
            .post("/projects/default/grouping/jobs/99", &[("action", "pause")])
            .await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn the_version_is_changed_with_the_fallback_told_and_changed_back() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&error("TimeoutError", "no answer", "eu")).await;
        let page = site.get(&format!("{VERSION}?to={OLD}")).await;
        assert!(page.body.contains("Go back to") && page.body.contains("still recognised"));
        let tried = site.try_out(VERSION, &[("to", OLD)]).await;
        assert!(tried.body.contains("Tried on 1 event"), "{}", tried.body);
        assert!(
            site.get(PAGE).await.body.contains("the newest version"),
            "nothing is saved"
        );
        let back = site.try_and_save(VERSION, &[("to", OLD)]).await;
        assert_eq!(back.location, format!("{PAGE}#version"), "{}", back.body);
        let page = site.get(PAGE).await;
        assert!(
            page.body.contains("is available") && page.body.contains("See what it would change")
        );
        assert!(
            page.body
                .contains(&format!("Fingerprints of <code>{NEW}</code>"))
        );
        site.try_and_save(VERSION, &[("to", NEW)]).await;
        let page = site.get(PAGE).await;
        assert!(page.body.contains("the newest version"));
        assert!(
            page.body
                .contains(&format!("Fingerprints of <code>{OLD}</code>"))
        );
        let unknown = site.try_out(VERSION, &[("to", "newstyle:1999")]).await;
        assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    });
}

#[test]
fn a_discarded_issue_is_listed_and_taken_again() {
    on_both(|site| async move {
        site.set_up().await;
        let event = error("TimeoutError", "a passing cloud", "eu");
        site.store(&event).await;
        let id: IssueId = site.issues().await[0].parse().unwrap();
        let discarded = site
            .database
            .write(move |conn| issue::discard(conn, &[id], None, Timestamp::now()));
        discarded.await.unwrap();
        let page = site.get(PAGE).await;
        assert!(
            page.body.contains("TimeoutError: a passing cloud"),
            "{}",
            page.body
        );
        let known = site
            .database
            .read(|conn| tombstone::list(conn, HERE))
            .await
            .unwrap();
        let path = format!("/projects/default/grouping/discarded/{}", known[0].id);
        let again = site.post(&path, &[]).await;
        assert_eq!(again.location, format!("{PAGE}#discarded"));
        assert!(!site.get(PAGE).await.body.contains("a passing cloud"));
        let twice = site.post(&path, &[]).await;
        assert_eq!(twice.status, StatusCode::NOT_FOUND);
        site.run_jobs().await;
        site.store(&event).await;
        assert_eq!(site.issues().await.len(), 1, "it makes an issue again");
    });
}

#[test]
fn members_read_everything_and_change_nothing() {
    on_both(|site| async move {
        let rule = with_rule(&site).await;
        let job = site.jobs().await[0].id;
        let rule = format!("/projects/default/grouping/rules/{}", rule.id);
        let job = format!("/projects/default/grouping/jobs/{job}");
        let text = "/projects/default/grouping/texts/project/fingerprint";
        let forms: [(&str, &[(&str, &str)]); 5] = [
            (&rule, &[("change", "remove"), ("action", "preview")]),
            (&job, &[("action", "undo")]),
            (text, &[("text", "a -> b"), ("action", "save")]),
            (VERSION, &[("to", OLD), ("action", "save")]),
            ("/projects/default/grouping/discarded/1", &[]),
        ];
        site.become_person("mia", Some("member")).await;
        for path in [PAGE, rule.as_str(), text, VERSION] {
            let page = site.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.body.contains("disabled"), "{path}");
            assert!(page.body.contains("Owners, managers and admins"), "{path}");
        }
        for (path, fields) in forms {
            let refused = site.post(path, fields).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        }
        site.become_person("stranger", None).await;
        for path in [
            PAGE,
            rule.as_str(),
            text,
            VERSION,
            "/projects/default/grouping/jobs",
        ] {
            assert_eq!(site.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        for (path, fields) in forms {
            let hidden = site.post(path, fields).await;
            assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{path}");
        }
        let kept = site.rules().await;
        assert!(kept[0].is_active && !kept[0].is_removed);
    });
}

#[test]
fn only_owners_and_managers_change_what_holds_for_all_projects() {
    on_both(|site| async move {
        with_rule(&site).await;
        let issue = site.issues().await.remove(0);
        let change = format!("/issues/{issue}/grouping/change/");
        let text = "/projects/default/grouping/texts/organization/fingerprint";
        let save = [("text", "type:Other -> b"), ("action", "save")];
        let past = [save[0], ("action", "preview"), ("past", "on")];
        assert_eq!(site.post(text, &past).await.status, StatusCode::OK);
        site.become_person("ann", Some("admin")).await;
        let page = site.get(text).await;
        assert!(
            page.body
                .contains("Owners and managers of the organisation")
        );
        assert_eq!(site.post(text, &save).await.status, StatusCode::FORBIDDEN);
        let everywhere = [("scope", "organization"), ("action", "save")];
        let refused = site.post(&change, &everywhere).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.body.contains("only its owners and managers"));
        let own = "/projects/default/grouping/texts/project/fingerprint";
        assert_ne!(site.post(own, &save).await.status, StatusCode::FORBIDDEN);
        site.become_person("max", Some("manager")).await;
        assert_ne!(site.post(text, &save).await.status, StatusCode::FORBIDDEN);
        let page = site.get(text).await;
        assert!(
            !page
                .body
                .contains("Owners and managers of the organisation")
        );
    });
}

#[test]
fn forms_without_the_secret_are_refused() {
    on_both(|site| async move {
        let rule = with_rule(&site).await;
        let rule = format!("/projects/default/grouping/rules/{}", rule.id);
        let issue = site.issues().await.remove(0);
        let change = format!("/issues/{issue}/grouping/change/");
        for path in [
            rule.as_str(),
            &change,
            VERSION,
            "/projects/default/grouping/texts/project/fingerprint",
            "/projects/default/grouping/jobs/1",
            "/projects/default/grouping/discarded/1",
        ] {
            let fields = [("action", "save"), ("csrf", "guess")];
            let refused = site
                .post_from(path, &fields, Some(crate::site::ORIGIN))
                .await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        }
    });
}
