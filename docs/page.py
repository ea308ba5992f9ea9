"""Takes the pictures of the published page: `PYTHONPATH=. python docs/page.py`, with Chromium; then look at them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from models.status_page.public_data import Published
from models.status_page.writer import Site
from tests.browser import browser
from tests.models.status_page.publications import NOON, incident, maintenance, published, told
from tests.serving import served

HERE = Path(__file__).parent
PICTURES = (
    ("page-phone", 390, 844, "light", "en/"),
    ("page-phone-dark", 390, 844, "dark", "fr/"),
    ("page-desktop", 1280, 900, "light", "en/"),
)


def story() -> Published:
    """A page with some of everything; the company and its troubles are made up."""

    def ago(**span: float) -> datetime:
        return NOON - timedelta(**span)

    return published(
        incident(
            told(ago(days=61, hours=3), text="Some sign-ins fail. We are looking into it.", Accounts="partial outage"),
            told(ago(days=61), "resolved", "Everybody can sign in again.", Accounts="operational"),
            name="Sign-in fails for some",
        ),
        incident(
            told(
                ago(days=33, hours=9),
                text="Searches are slow.",
                Search="degraded",
                Checkout="operational",
                API="operational",
                Accounts="operational",
            ),
            told(ago(days=33), "resolved", "Searches are fast again.", Search="operational"),
            name="Search is slow",
        ),
        incident(
            told(ago(days=2, hours=4), text="The API answers with errors. We are looking into it.", API="major outage"),
            told(ago(days=2, hours=3), "identified", "A certificate ran out. We are replacing it.", API="major outage"),
            told(
                ago(days=2, hours=2.5),
                "monitoring",
                "The certificate is replaced, and the API answers.",
                API="operational",
            ),
            told(
                ago(days=2, hours=2),
                "resolved",
                "The API has been well for half an hour. We are sorry.",
                API="operational",
            ),
            name="API answers with errors",
        ),
        incident(
            told(
                ago(minutes=41),
                text="Card payments fail for some of you. We are looking into it.",
                Checkout="partial outage",
            ),
            told(
                ago(minutes=22),
                text="Most card payments fail. Vouchers and bank transfers work.\n\nNext update by 12:00 UTC.",
                Checkout="major outage",
            ),
            told(
                ago(minutes=4),
                "identified",
                "We have found the cause and take the last change back, shop by shop.\n\nNext update by 12:20 UTC.",
                Checkout="partial outage",
            ),
            name="Card payments fail",
        ),
        maintenance(
            told(
                ago(hours=20),
                "identified",
                "We move the database of search to new machines. Searches may take a second longer.",
            ),
            starts=NOON + timedelta(hours=14),
            ends=NOON + timedelta(hours=15, minutes=30),
            components=("Search",),
            name="New machines for search",
        ),
        components=("Checkout", "Search", "API", "Accounts"),
    )


def main() -> None:
    with TemporaryDirectory() as folder, browser() as chromium:
        Site(Path(folder) / "page", name="Acme").write(story(), NOON)
        with served(Path(folder) / "page") as address:
            for name, width, height, scheme, path in PICTURES:
                with chromium.new_page(
                    viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
                ) as page:
                    page.goto(f"{address}/{path}")
                    page.screenshot(path=HERE / f"{name}.png")


if __name__ == "__main__":
    main()
