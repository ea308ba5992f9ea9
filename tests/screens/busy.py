"""A desk on an ordinary bad day."""

from tests.screens.desks import Place


def busy(place: Place) -> None:
    """Three running incidents and one that is over, forty minutes on."""
    clock = place.clock
    clock.forward(minutes=-48)
    search = place.declare("Search is slow for people with many projects", by="dee", severity="P2")
    clock.forward(minutes=5)
    place.declare("Weekly report came twice", by="eli", severity="P3", category="functionality")
    over = place.declare("Sign-up mails are late", by="dee", severity="P2")
    clock.forward(minutes=3)
    place.act("phase", "dee", ref=over, phase="resolved")
    checkout = place.declare("Checkout returns 502", by="ana", severity="P2", category="functionality")
    clock.forward(minutes=1)
    place.act("severity", "ana", ref=checkout, severity="P1")
    place.act("impact", "ana", ref=checkout, impact="most")
    place.act("assign", "ana", ref=checkout, role="tech-lead", person="bo")
    place.act("take", "cy", ref=checkout, role="communications-manager")
    clock.forward(minutes=4)
    for person in ("fay", "gus"):
        place.act("take", person, ref=checkout, role="subject-matter-expert")
    place.act("note", "bo", ref=checkout, text="connection pool exhausted after deploy 4512", as_kind="theory")
    place.act("phase", "bo", ref=checkout, phase="investigating")
    place.act(
        "draft",
        "cy",
        ref=checkout,
        title="Some payments fail",
        text="Some payments fail. We are looking into it.",
        components={"Checkout": "partial outage"},
    )
    place.act("publish", "cy", ref=checkout)
    clock.forward(minutes=12)
    place.act("note", "gus", ref=checkout, text="roll back to 4511 in all regions", as_kind="decision")
    place.act("note", "fay", ref=checkout, text="rolling back eu-west\nthen us-east", as_kind="action")
    place.act("note", "cy", ref=checkout, text="a hotel chain cannot take bookings", as_kind="customer")
    place.act("phase", "bo", ref=checkout, phase="identified")
    clock.forward(minutes=20)
    place.act("note", "ana", ref=checkout, text="eu-west is back at 0.1 % errors")
    place.act("phase", "dee", ref=search, phase="monitoring")
    place.act("draft", "cy", ref=checkout, text="We have found the cause and are rolling back.\n\nMore in 20 minutes.")
    clock.forward(minutes=3)
