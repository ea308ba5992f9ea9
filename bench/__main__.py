"""`python -m bench` measures the program in real terminals and prints one table; see bench/README.md."""

from __future__ import annotations

import json
import os
import platform
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import (
    acting,
    another,
    choices,
    far,
    growing,
    guarding,
    imports,
    lasting,
    looks,
    publishing,
    relaying,
    resting,
    starting,
    stress,
    writing,
)
from bench.figures import Figure, table
from bench.place import Place, place, postgres

SUBJECTS = ("start", "key", "others", "writers", "idle", "growth")
"""What every run measures."""

NAMED = ("far", "site", "guards", "looks")
"""What is measured when it is named."""


def main() -> int:
    if sys.argv[1:2] == ["stress"]:
        return stress.main(sys.argv[2:])
    if sys.argv[1:2] == ["long"]:
        return lasting.main(sys.argv[2:])
    if sys.argv[1:2] == ["relay"]:
        return relaying.main(sys.argv[2:])
    if sys.argv[1:2] == ["choices"]:
        return choices.main(sys.argv[2:])
    if sys.argv[1:2] == ["imports"]:
        return imports.main(sys.argv[2:])
    options = _options()
    with ExitStack() as stack:
        new_postgres = None
        if not options.sqlite_only:
            new_postgres = stack.enter_context(postgres()).new_database
        here = stack.enter_context(place(options.disk, new_postgres))
        if options.beside and {"start", "idle"} & {*options.subjects}:
            here.another = another.install(here.name("another"))
        figures = []
        for figure in _measure(here, options):
            figures.append(figure)
            print(f"  {figure.subject}: {figure.what}", file=sys.stderr)
    print(table(figures))
    if options.json:
        system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}, {os.cpu_count()} cores"
        document = {"system": system, "figures": [figure.as_json() for figure in figures]}
        options.json.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    return 0


def _measure(here: Place, options: Namespace) -> Iterator[Figure]:
    kinds = ("sqlite",) if options.sqlite_only else ("sqlite", "postgres")
    quick = options.quick
    if "start" in options.subjects:
        yield from starting.measure(here, kinds, 2 if quick else 11)
    for kind in kinds:
        if "key" in options.subjects:
            yield from acting.measure_own(here, kind, 10 if quick else 60)
        if "others" in options.subjects:
            runs = 10 if quick else 60
            yield from acting.measure_commits(here, kind, runs)
            yield from acting.measure_others(here, kind, runs, options.desks, cut=False)
            yield from acting.measure_others(here, kind, runs // 2, min(options.desks, 10), cut=True)
        if "writers" in options.subjects:
            yield from writing.measure(here, kind, options.desks, 3 if quick else 10)
    if "idle" in options.subjects:
        yield from resting.measure(here, kinds, 10 if quick else 60)
    if "growth" in options.subjects:
        for kind in kinds:
            yield from growing.measure(here, kind, 1 if quick else 5, options.incidents, options.entries)
    if "guards" in options.subjects:
        for kind in kinds:
            yield from guarding.measure(here, kind, 20 if quick else 400)
    if "far" in options.subjects and "postgres" in kinds:
        yield from far.measure(here, 2 if quick else 5, 2 if quick else 10)
    if "looks" in options.subjects:
        yield from looks.measure(here)
    if "site" in options.subjects:
        told = min(options.told, 500) if quick else options.told
        yield from publishing.measure(here, "sqlite", 2 if quick else 5, told)


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m bench", description="Measures the desk in real terminals.")
    add = parser.add_argument
    add(
        "subjects",
        nargs="*",
        choices=[[], *SUBJECTS, *NAMED],
        metavar="SUBJECT",
        help=f"of {', '.join(SUBJECTS)}, and of {', '.join(NAMED)}, which are measured only when they are named",
    )
    add("--quick", action="store_true", help="few runs, desks and rows: shows that it works, not how fast")
    add("--json", type=Path, metavar="FILE", help="write the figures there, too")
    add("--disk", type=Path, metavar="FOLDER", help="where the SQLite files lie, if not in the temporary folder")
    add("--desks", type=int, help="how many desks are open while one acts, and how many write at once; 50")
    add("--incidents", type=int, help="how many the large database has; a million")
    add("--entries", type=int, help="how many the long incident has; 100,000")
    add("--told", type=int, default=10_000, help="how many incidents the published page has, of five updates each")
    add("--sqlite-only", action="store_true", help="leave Postgres out")
    add("--alone", dest="beside", action="store_false", help=f"without {another.NAME}, which is installed for it")
    options = parser.parse_args()
    options.subjects = options.subjects or SUBJECTS
    options.beside = options.beside and not options.quick
    options.desks = options.desks or (5 if options.quick else 50)
    options.incidents = options.incidents or (20_000 if options.quick else 1_000_000)
    options.entries = options.entries or (5_000 if options.quick else 100_000)
    return options


if __name__ == "__main__":
    raise SystemExit(main())
