//! Every address of the specification, and addresses that are unknown.

use super::*;

fn check(address: &str, page: &Page, canonical: &str) {
    assert_eq!(Page::parse(address), *page, "{address}");
    assert_eq!(page.to_path(), canonical, "{address}");
    assert_eq!(Page::parse(canonical), *page, "{canonical}");
}

#[test]
fn every_address_of_the_specification_leads_to_its_page() {
    check("/plan", &Page::MyPlan, "/plan");
    let tier = Page::ChangePlan(Some(Choice::Tier(40_000)));
    check("/plan/change?tier=40000", &tier, "/plan/change?tier=40000");
    check("/plan/change", &Page::ChangePlan(None), "/plan/change");
    let yearly = Choice::Billed(40_000, billing::BillingFrequency::Annual);
    let spelled = "/plan/change?tier=40000&frequency=annual";
    check(spelled, &Page::ChangePlan(Some(yearly)), spelled);
    let enterprise = Page::ChangePlan(Some(Choice::Enterprise));
    let spelled = "/plan/change?tier=enterprise";
    check(spelled, &enterprise, spelled);
    check(
        "/plan/add-ons",
        &Page::AddOns(Basket::default()),
        "/plan/add-ons",
    );
    let ids = |ids: [&str; 2]| ids.map(AddOnId::new).into();
    let basket = Page::AddOns(Basket {
        add: ids(["promotions", "whatsapp-connect"]),
        remove: ids(["cloud-export", "premium-channels"]),
    });
    let spelled =
        "/plan/add-ons?add=promotions,whatsapp-connect&remove=cloud-export,premium-channels";
    check(spelled, &basket, spelled);
    let odd = "/plan/add-ons?remove=,X,a%20b,promotions&x=1";
    let basket = Page::AddOns(Basket {
        remove: [AddOnId::new("promotions")].into(),
        ..Basket::default()
    });
    check(odd, &basket, "/plan/add-ons?remove=promotions");
    check("/invoices", &Page::Invoices, "/invoices");
    let number = InvoiceNumber::parse("ACME-2627-00042").unwrap();
    let one = "/invoices/ACME-2627-00042";
    check(one, &Page::Invoice(number), one);
    check("/plan/pause", &Page::Pause, "/plan/pause");
    check("/plan/cancel", &Page::Cancel, "/plan/cancel");
    check("/data", &Page::Data, "/data");
    check("/support", &Page::Support, "/support");
    check("/sandbox/mailbox", &Page::Mailbox, "/sandbox/mailbox");
    let id = MailId::parse("ob_0a9f-1").unwrap();
    let one = "/sandbox/mailbox/ob_0a9f-1";
    check(one, &Page::Mail(id), one);
    check("/audit", &Page::Audit(None), "/audit");
    let section = Page::Audit(Some(audit::Section::AddOns));
    check("/audit?section=add_ons", &section, "/audit?section=add_ons");
    check("/audit?section=x", &Page::Audit(None), "/audit");
    for (later, at) in Later::ADDRESSES {
        check(&format!("/{at}"), &Page::Later(later), &format!("/{at}"));
    }
}

#[test]
fn other_spellings_lead_to_the_same_page() {
    for (alias, canonical) in ALIASES {
        let page = Page::parse(&format!("/{alias}/"));
        assert_eq!(page, Page::parse(canonical), "{alias}");
        assert_ne!(page, Page::Unknown, "{alias}");
    }
    check("/plan/?x=1#top", &Page::MyPlan, "/plan");
    let beside = "/plan/change?from=mail&tier=5000";
    let page = Page::ChangePlan(Some(Choice::Tier(5_000)));
    check(beside, &page, "/plan/change?tier=5000");
}

#[test]
fn any_other_address_is_unknown_and_no_number_is_guessed() {
    for address in [
        "/plans",
        "/invoices/acme-1",
        "/invoices/ACME-2627-00042/pdf",
        "/plan/change/x",
        "/%E0%A4",
        "/not-found",
        "/sandbox",
        "/sandbox/mailbox/ob",
        "/sandbox/mailbox/ob_1/x",
    ] {
        assert_eq!(Page::parse(address), Page::Unknown, "{address}");
    }
    for query in ["tier=", "tier=x", "tier=-5", "Tier=5000", "tier=4e4"] {
        let page = Page::parse(&format!("/plan/change?{query}"));
        assert_eq!(page, Page::ChangePlan(None), "{query}");
    }
}

#[test]
fn each_entry_of_the_navigation_holds_its_own_page() {
    for section in Section::ALL {
        assert_eq!(section.page().section(), Some(section));
    }
}
