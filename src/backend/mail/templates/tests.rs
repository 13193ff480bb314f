//! The two forms of a mail, and templates that are wrong.

use minijinja::context;

use super::*;

const SOURCE: &str = r#"{% extends "layout" %}
{% from "parts" import paragraph, figures, figure, quote, page_link %}
{% block subject %}A & B{{ subject }}{% endblock %}
{% block body %}
{% call paragraph() %}{{ says }}{% endcall %}
{% call figures() %}
    {{ figure("Total", total) }}

    {{ figure("Absent", absent) }}
{% endcall %}
{% call figures() %}{{ figure("Absent", absent) }}{% endcall %}
{{ quote(text) }}
{{ page_link(page) }}
{% endblock %}
"#;

fn rendered(source: &'static str, site: Option<&str>) -> Result<RenderedMail, Error> {
    let mut templates = Templates::parse()?;
    for form in [&mut templates.text, &mut templates.html] {
        Arc::make_mut(form).add_template("sample", source)?;
    }
    let page = context! { name => "my_plan", url => site.map(|site| format!("{site}/plan")) };
    let facts = context! {
        organization => "<Acme>",
        reader => "admin",
        subject => "\r\nBcc: x@y.example",
        says => "1 < 2",
        total => "$24.00",
        absent => None::<&str>,
        text => "<script>\n\"x\"",
        page,
    };
    templates.render_named("sample", &facts)
}

fn mail(site: Option<&str>) -> RenderedMail {
    rendered(SOURCE, site).unwrap()
}

#[test]
fn the_same_words_in_both_forms() {
    let RenderedMail { text, html, .. } = mail(Some("https://app.example"));
    let expected = "1 < 2\n\n  Total: $24.00\n\n> <script>\n> \"x\"\n\n\
                    My Plan: https://app.example/plan\n\n\
                    -- \nYou get this mail because you are an admin of <Acme>.\n";
    assert_eq!(text, expected);
    assert!(html.contains("<p>1 &lt; 2</p>"), "{html}");
    assert!(html.contains("&lt;script&gt;\n&quot;x&quot;"), "{html}");
    assert!(html.contains("href=\"https://app.example/plan\""), "{html}");
    assert!(html.contains("<td>$24.00</td>"), "{html}");
    assert_eq!(html.matches("<table>").count(), 1, "{html}");
    assert!(
        !html.contains("<script>") && !html.contains("<Acme>"),
        "{html}"
    );
}

#[test]
fn a_subject_is_one_line() {
    assert_eq!(mail(None).subject, "A & B Bcc: x@y.example");
}

#[test]
fn without_a_site_pages_are_named() {
    let RenderedMail { text, html, .. } = mail(None);
    assert!(text.contains("See My Plan in the Organization area."));
    assert!(!html.contains("href"));
}

#[test]
fn a_wrong_template_is_refused() {
    let check = |source, expected| {
        let refused = rendered(source, None).unwrap_err();
        assert_eq!(refused.kind(), expected, "{source}: {refused}");
    };
    check("{% block %}", ErrorKind::SyntaxError);
    check("{% extends \"moon\" %}", ErrorKind::TemplateNotFound);
    check("{{ moon }}", ErrorKind::UndefinedError);
    check("{{ page.moon }}", ErrorKind::UndefinedError);
    check("{{ absent }}", ErrorKind::InvalidOperation);
}

/// A sentence is in both forms, so it contains no markup.
#[test]
fn sentences_contain_no_markup() {
    let own = Template::ALL.iter().map(|one| (one.name(), one.source()));
    for (name, source) in SHARED.into_iter().chain(own) {
        let markup = source.find(['<', '>', '&']);
        assert_eq!(markup.map(|at| &source[at..]), None, "{name}");
    }
}
