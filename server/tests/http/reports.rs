//! The number of statements of the dashboard, and the figures of `/reports` as a file.

use usher_domain::teams;
use usher_types::units::EditTeam;

use crate::client::{TestServer, session};
use crate::server_functions::path;
use crate::statements::Counted;
use crate::support::{World, run};

const FILE: &str = "/reports/csv";

#[test]
fn a_dashboard_takes_a_few_statements_per_widget_for_any_number_of_rows() {
    run(async |world| {
        let maria = session(&world.token("maria").await);
        let folder = tempfile::tempdir().expect("a folder");
        let counted = Counted::begin(&world.app_url, folder.path()).await;
        let server = TestServer::new(&counted.db.at(World::morning()));
        let took = async || {
            counted.taken();
            assert_eq!(
                server
                    .post(&path("dashboards/api/home_page"), &[("cookie", &maria)], "")
                    .await
                    .status,
                200
            );
            counted.taken()
        };
        let few = took().await;
        // authentication, the list of dashboards, and for each of eight widgets: the tenant, and the
        // content
        assert!((16..=29).contains(&few), "{few} statements");
        world
            .owner_runs(
                "INSERT INTO users (organisation_id, id, first_name, login_name, created_at, form_key, sort_name, search_text, same_name)
                    SELECT o.id, gen_random_uuid(), 'Ida', 'ida' || n, now(), gen_random_uuid(), 'ida', '', 'ida' FROM organisations o, generate_series(1, 2000) AS n",
            )
            .await;
        assert_eq!(took().await, few);
    });
}

#[test]
fn the_file_contains_the_figures_of_the_page_and_no_formula() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let team = |name: &str| EditTeam {
            key: world.db.new_id().to_string(),
            unit_name: name.to_owned(),
            ..EditTeam::default()
        };
        for name in ["=HYPERLINK(\"https://evil.example\")", "Öster, dag"] {
            teams::edit(&maria, &team(name)).await.expect("a team");
        }
        let server = TestServer::new(&world.db);
        let answer = server
            .get_as(
                &world.token("maria").await,
                &format!("{FILE}?from=2026-11-01&until=2026-11-23"),
            )
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (200, "text/csv; charset=utf-8")
        );
        assert_eq!(
            answer.header("content-disposition"),
            "attachment; filename=\"activity-2026-11-01-2026-11-23.csv\""
        );
        let lines: Vec<&str> = answer
            .body
            .trim_start_matches('\u{feff}')
            .split("\r\n")
            .collect();
        assert_eq!(lines[0], "\"Period\",\"2026-11-01\",\"2026-11-23\"");
        assert!(
            lines[1].starts_with("\"Team\",\"Members\",\"Active users\",\"Sign-ins\","),
            "{}",
            lines[1]
        );
        assert!(
            lines[2].starts_with("\"The whole organisation\",,"),
            "{}",
            lines[2]
        );
        assert!(
            lines[3..].contains(&"\"'=HYPERLINK(\"\"https://evil.example\"\")\",0,0,0,0,0,0,0,0,0"),
            "{lines:?}"
        );
        assert!(
            lines[3..].contains(&"\"Öster, dag\",0,0,0,0,0,0,0,0,0"),
            "{lines:?}"
        );
        let kept: i64 = world
            .one("SELECT count(*) FROM audit_events WHERE kind = 'report_exported'")
            .await;
        assert_eq!(kept, 1, "it is audited");
        let theirs = server.get_as(&world.token("birgit").await, FILE).await;
        assert!(!theirs.body.contains("Öster"), "{}", theirs.body);
    });
}

#[test]
fn the_swedish_file_has_columns_and_no_formula_with_either_separator() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let named = EditTeam {
            key: world.db.new_id().to_string(),
            unit_name: "Natt,=1+1;=1+1".to_owned(),
            ..EditTeam::default()
        };
        teams::edit(&maria, &named).await.expect("a team");
        let server = TestServer::new(&world.db);
        world
            .owner_runs(&format!(
                "UPDATE users SET language = 'sv' WHERE id = '{}'",
                world.id("maria")
            ))
            .await;
        let answer = server
            .get_as(
                &world.token("maria").await,
                &format!("{FILE}?from=2026-11-01&until=2026-11-23"),
            )
            .await;
        let lines: Vec<&str> = answer
            .body
            .trim_start_matches('\u{feff}')
            .split("\r\n")
            .collect();
        assert_eq!(lines[0], "\"Period\";\"2026-11-01\";\"2026-11-23\"");
        assert!(
            lines.contains(&"\"Natt,'=1+1;'=1+1\";0;0;0;0;0;0;0;0;0"),
            "{lines:?}"
        );
    });
}

#[test]
fn the_file_is_refused_to_those_who_may_not_open_the_page() {
    run(async |world| {
        let server = TestServer::new(&world.db);
        let visitor = server.get(FILE).await;
        assert_eq!(
            (visitor.status.as_u16(), visitor.header("location")),
            (303, "/sign-in?next=/reports/csv")
        );
        let karin = server.get_as(&world.token("karin").await, FILE).await;
        assert_eq!(karin.status, 403);
        let kept: String = world
            .one("SELECT event ->> 'path' FROM audit_events WHERE kind = 'refused'")
            .await;
        assert_eq!(kept, FILE);
        for query in [
            "from=2026-11-02&until=2026-11-01",
            "from=2020-01-01",
            "from=yesterday",
        ] {
            let answer = server
                .get_as(&world.token("maria").await, &format!("{FILE}?{query}"))
                .await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("content-disposition")),
                (422, ""),
                "{query}"
            );
        }
    });
}

#[test]
fn a_page_without_a_valid_period_says_what_to_do() {
    run(async |world| {
        let server = TestServer::new(&world.db);
        let maria = world.token("maria").await;
        let page = server
            .get_as(&maria, "/reports?from=2026-11-02&until=2026-11-01")
            .await;
        assert!(
            page.body
                .contains("The last day must be the same as or after the first day"),
            "told"
        );
        assert!(
            page.body.contains("value=\"2026-11-02\"") && !page.body.contains(FILE),
            "what was typed stays, and there is nothing to take along"
        );
    });
}
