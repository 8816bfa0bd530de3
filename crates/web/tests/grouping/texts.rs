//! The texts of rules.

use super::*;

const TEXT: &str = "/projects/default/grouping/texts/project/fingerprint";
const SHARED: &str = "/projects/default/grouping/texts/organization/stack_trace";

impl Site {
    async fn text(&self, scope: Scope, kind: RuleKind) -> String {
        let text =
            move |conn: &mut watchfire_store::Conn<'_>| grouping_rules::text(conn, scope, kind);
        let found = self.database.read(text).await.unwrap();
        found.map_or_else(String::new, |found| found.text)
    }
}

#[test]
fn a_text_is_tried_saved_and_restored() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&error("TimeoutError", "a", "eu")).await;
        site.store(&error("ConnectionError", "b", "eu")).await;
        let first = "error.type:TimeoutError -> net\r\nerror.type:ConnectionError -> net\r\n";
        let tried = site.try_out(TEXT, &[("text", first)]).await;
        assert!(
            tried.sentence().contains("would move, from 1 issue"),
            "{}",
            tried.sentence()
        );
        let here = Scope::Project(HERE);
        assert_eq!(
            site.text(here, RuleKind::Fingerprint).await,
            "",
            "nothing is saved"
        );
        let saved = site
            .try_and_save(TEXT, &[("text", first), ("past", "1")])
            .await;
        assert_eq!(saved.location, TEXT, "{}", saved.body);
        let stored = site.text(here, RuleKind::Fingerprint).await;
        assert_eq!(
            stored,
            "error.type:TimeoutError -> net\nerror.type:ConnectionError -> net"
        );
        site.run_jobs().await;
        assert_eq!(site.issues().await.len(), 1);
        site.try_and_save(TEXT, &[("text", "")]).await;
        let page = site.get(TEXT).await;
        assert!(page.body.contains("2 rules") && page.body.contains("by Ana"));
        assert!(page.rule_text().is_empty());
        let link = page
            .body
            .split_once("restore&#x3D;")
            .or(page.body.split_once("restore="));
        let id = link.unwrap().1.split('"').next().unwrap();
        let restored = site.get(&format!("{TEXT}?restore={id}")).await;
        assert_eq!(restored.rule_text(), stored);
    });
}

#[test]
fn bad_lines_are_told_by_number_and_the_others_work() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&error("TimeoutError", "a", "eu")).await;
        let text = "# comment\nnonsense\nerror.type:TimeoutError -> net";
        let tried = site.try_out(TEXT, &[("text", text)]).await;
        assert!(tried.body.contains("data-line=\"2\"") && tried.body.contains("nonsense"));
        assert!(tried.body.contains("One line cannot be used"));
        let saved = site.try_and_save(TEXT, &[("text", text)]).await;
        assert_eq!(
            saved.status,
            StatusCode::SEE_OTHER,
            "a pasted text is kept as it is"
        );
        let page = site.get(TEXT).await;
        assert!(
            page.body.contains("data-line=\"2\""),
            "also before a preview"
        );
        let overview = site.get(PAGE).await;
        assert!(
            overview.body.contains("1 line cannot be used"),
            "{}",
            overview.body
        );
    });
}

#[test]
fn a_text_of_the_organisation_holds_for_its_projects() {
    on_both(|site| async move {
        site.set_up().await;
        let text = "stack.module:shop.http -group";
        let saved = site.try_and_save(SHARED, &[("text", text)]).await;
        assert_eq!(saved.location, SHARED, "{}", saved.body);
        let owner = Scope::Organization(site.project().await.organization_id);
        assert_eq!(site.text(owner, RuleKind::StackTrace).await, text);
        assert!(site.get(PAGE).await.body.contains(text));
        for path in ["texts/project/other", "texts/nobody/variable"] {
            let answer = site.get(&format!("{PAGE}{path}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
    });
}

#[test]
fn the_longest_text_fits_the_form_and_a_longer_one_is_refused() {
    on_both(|site| async move {
        site.set_up().await;
        let line = "# ünïcödé and \"quotes\" & more\n";
        let most = watchfire_grouping::RULE_TEXT_CHARS_MAX / line.chars().count();
        let long = line.repeat(most);
        let saved = site.try_and_save(TEXT, &[("text", &long)]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let longer = line.repeat(most + 2);
        let refused = site
            .post(
                TEXT,
                &[("text", &longer), ("action", "save"), ("previewed", "")],
            )
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let huge = "x".repeat(2 << 20);
        let refused = site.try_out(TEXT, &[("text", &huge)]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    });
}

#[test]
fn markup_in_events_and_rules_is_text_on_every_page() {
    const EVIL: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
    on_both(|site| async move {
        site.set_up().await;
        let mut evil = error(EVIL, EVIL, EVIL);
        evil["transaction"] = json!(EVIL);
        let frame = &mut evil["exception"]["values"][0]["stacktrace"]["frames"][1];
        frame["function"] = json!(EVIL);
        frame["module"] = json!(EVIL);
        site.store(&evil).await;
        let issue = site.issues().await.remove(0);
        let form = format!("/issues/{issue}/grouping/change/");
        let mut pages = Vec::new();
        for kind in ["merge", "split", "ignore_frame", "variable"] {
            let query = "text=%22%3E%3Cscript%3Ealert(1)&with=%3Cscript%3Ealert(1)";
            pages.push(site.get(&format!("{form}?kind={kind}&{query}")).await);
            let fields = [
                ("kind", kind),
                ("text", EVIL),
                ("add", EVIL),
                ("part", EVIL),
                ("note", EVIL),
            ];
            pages.push(site.try_out(&form, &fields).await);
        }
        pages.push(site.try_and_save(TEXT, &[("text", EVIL)]).await);
        let rule = "error.type:* -> \"<script>alert(1)\"";
        pages.push(
            site.try_out(&form, &[("kind", "split"), ("text", rule)])
                .await,
        );
        let fields = [("kind", "split"), ("text", rule), ("note", EVIL)];
        let saved = site.try_and_save(&form, &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        pages.push(site.get(&saved.location).await);
        pages.push(site.get(PAGE).await);
        pages.push(site.get(TEXT).await);
        for page in pages {
            let body = &page.body;
            assert!(
                !body.contains("<script>alert") && !body.contains("<img src=x"),
                "{body}"
            );
        }
    });
}
