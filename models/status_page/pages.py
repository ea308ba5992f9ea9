"""The HTML that customers read: it needs no script, and every word of people in it is escaped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import lru_cache, partial
from importlib.resources import files
from operator import attrgetter

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import urlize

from models.policy.audience import ComponentState
from models.status_page.seen import Component, Incident, Page
from models.status_page.uptime import Day, Uptime, uptime
from models.status_page.words import LANGUAGES, Words, words

PAST_DAYS = 14
"""How many days the first page lists, today among them."""

_KINDS = {
    ComponentState.OPERATIONAL: ("good", 32),
    ComponentState.MAINTENANCE: ("maintenance", 26),
    ComponentState.DEGRADED: ("minor", 22),
    ComponentState.PARTIAL_OUTAGE: ("major", 16),
    ComponentState.MAJOR_OUTAGE: ("critical", 10),
    None: ("unknown", 4),
}
"""The colour of a state and the height of its day's bar: the worse, the shorter, for whoever sees no colours."""


@dataclass(frozen=True, slots=True)
class PageFiles:
    """A page that is made anew only when what it says has changed."""

    path: str
    """Where it lies in each language's folder, and at the top."""
    says: object
    """All that it is made of; equal, and alike in its `repr`, as long as it is the same."""
    files: Callable[[], Iterable[tuple[str, bytes]]]
    """Path below the site, and content, in every language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _DayBar:
    kind: str
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """What is drawn of a component."""

    component: Component
    kind: str
    days: tuple[_DayBar, ...]
    bad: tuple[Day, ...]
    """The days on which it was not well, the newest first."""
    share: float | None
    since: date | None
    """From when anything is known of it, if not of all days."""


class Pages:
    """Makes the pages of a site that is called `name`, in `language` at its top and in each language below."""

    def __init__(self, *, name: str, language: str) -> None:
        self._name = name
        self._first = words(language)
        self._environment = Environment(
            loader=PackageLoader("models.status_page"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters["paragraphs"] = _paragraphs

    def still(self) -> Iterator[tuple[str, bytes]]:
        """The files that never change."""
        for name in ("style.css", "icon.svg"):
            yield name, files("models.status_page").joinpath("templates", name).read_bytes()

    def incidents(self, page: Page) -> Iterator[PageFiles]:
        """The page of each."""
        for incident in (*page.incidents, *page.maintenances):
            path = f"incidents/{incident.id}/"
            yield PageFiles(path, incident, partial(self.render, "incident", path, incident=incident))

    def history(self, page: Page) -> Iterator[PageFiles]:
        """What there was, a page a year; the newest year at history/."""
        by_year: defaultdict[int, list[tuple[date, list[Incident]]]] = defaultdict(list)
        for day, found in _by_day(page).items():
            by_year[day.year].append((day, found))
        years = sorted(by_year, reverse=True) or [page.at.year]
        for year, path in [*((year, f"history/{year}/") for year in years), (years[0], "history/")]:
            days = by_year[year]
            lines = [(day, one.id, one.name, one.components, one.status, one.impact) for day, on in days for one in on]
            make = partial(self.render, "history", path, year=year, years=years, days=days)
            yield PageFiles(path, (years, lines), make)

    def front(self, page: Page) -> Iterator[tuple[str, bytes]]:
        """The page that people come to."""
        today = page.at.astimezone(UTC).date()
        by_day = _by_day(page)
        days = [(day, by_day.get(day, [])) for day in (today - timedelta(days=back) for back in range(PAST_DAYS))]
        bars = [_bar(part, uptime(part, page.at)) for part in page.components]
        yield from self.render("index", "", page=page, headline=_headline(page), bars=bars, days=days)

    def fed(self, incident: Incident) -> str:
        """What a feed tells of an incident, as HTML."""
        template = self._environment.get_template("feed.html.j2")
        return template.render(words=self._first, incident=incident).strip()

    def render(self, template: str, path: str, **known: object) -> Iterator[tuple[str, bytes]]:
        """The page in every language, then at the top in the site's own."""
        for language in LANGUAGES:
            yield self._page(template, f"{language}/", path, words(language), known)
        yield self._page(template, "", path, self._first, known)

    def _page(self, template: str, folder: str, path: str, said: Words, known: dict[str, object]) -> tuple[str, bytes]:
        depth = path.count("/")
        root = "../" * (depth + folder.count("/")) or "./"
        here = "../" * depth or "./"
        text = self._environment.get_template(f"{template}.html.j2").render(
            words=said,
            name=self._name,
            title=said["status_of"].format(self._name),
            languages=[words(language) for language in LANGUAGES],
            path=path,
            root=root,
            here=here,
            home=here,
            **known,
        )
        return f"{folder}{path}index.html", text.encode()


def _headline(page: Page) -> str:
    indicator, _ = page.indicator
    if indicator in ("none", "maintenance") and page.unresolved:
        return "watching"
    return indicator


def _by_day(page: Page) -> dict[date, list[Incident]]:
    """What is over or under way, by the day on which it began, the newest first."""
    found: defaultdict[date, list[Incident]] = defaultdict(list)
    every = (*page.incidents, *(one for one in page.maintenances if one.status != "scheduled"))
    for incident in sorted(every, key=attrgetter("took_place"), reverse=True):
        found[incident.took_place.astimezone(UTC).date()].append(incident)
    return found


def _bar(component: Component, history: Uptime) -> _Bar:
    known = component.known_since
    return _Bar(
        component=component,
        kind=_KINDS[component.state][0],
        days=tuple(_DayBar(kind=_KINDS[day.worst][0], height=_KINDS[day.worst][1]) for day in history.days),
        bad=tuple(day for day in reversed(history.days) if day.worst not in (None, ComponentState.OPERATIONAL)),
        share=history.share,
        since=known.astimezone(UTC).date() if known and not history.known_all else None,
    )


@lru_cache(maxsize=1_000)
def _paragraphs(text: str) -> list[list[str]]:
    """Its paragraphs, each as its lines, in HTML; kept for the same text's page in the next language."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            found[-1].append(urlize(line, rel="noopener"))
        elif found[-1]:
            found.append([])
    return [paragraph for paragraph in found if paragraph]
