"""`python -m bench` measures the program in real terminals and prints one table; see bench/README.md."""

from __future__ import annotations

import json
import platform
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import acting, growing, publishing, relaying, resting, starting, stress
from bench.figures import Figure, table
from bench.place import Place, place

SUBJECTS = ("start", "key", "others", "idle", "growth", "site")


def main() -> int:
    if sys.argv[1:2] == ["stress"]:
        return stress.main(sys.argv[2:])
    if sys.argv[1:2] == ["relay"]:
        return relaying.main(sys.argv[2:])
    options = _options()
    with ExitStack() as stack:
        new_postgres = None
        if not options.sqlite_only:
            from tests.postgres import Cluster

            new_postgres = stack.enter_context(Cluster(fsync=True)).new_database
        here = stack.enter_context(place(options.disk, new_postgres))
        figures = []
        for figure in _measure(here, options):
            figures.append(figure)
            print(f"  {figure.subject}: {figure.what}", file=sys.stderr)
    print(table(figures))
    if options.json:
        system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
        document = {"system": system, "figures": [figure.as_json() for figure in figures]}
        options.json.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    return 0


def _measure(here: Place, options: Namespace) -> Iterator[Figure]:
    kinds = ("sqlite",) if options.sqlite_only else ("sqlite", "postgres")
    if "start" in options.subjects:
        yield from starting.measure(here, 3 if options.quick else 11)
    for kind in kinds:
        if "key" in options.subjects:
            yield from acting.measure_own(here, kind, 10 if options.quick else 100)
        if "others" in options.subjects:
            runs = 20 if options.quick else 200
            yield from acting.measure_commits(here, kind, runs)
            yield from acting.measure_others(here, kind, runs, options.desks, cut=False)
            yield from acting.measure_others(here, kind, runs // 2, 2, cut=True)
    if "idle" in options.subjects:
        yield from resting.measure(here, kinds, 15 if options.quick else 120)
    if "growth" in options.subjects:
        runs = 3 if options.quick else 9
        yield from growing.measure(here, "sqlite", runs, options.incidents, options.entries)
    if "site" in options.subjects:
        told = min(options.told, 500) if options.quick else options.told
        yield from publishing.measure(here, "sqlite", 2 if options.quick else 5, told)


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m bench", description="Measures the desk in real terminals.")
    add = parser.add_argument
    add(
        "subjects",
        nargs="*",
        choices=[[], *SUBJECTS],
        metavar="SUBJECT",
        help=f"of {', '.join(SUBJECTS)}; all, if none",
    )
    add("--quick", action="store_true", help="few runs: shows that it works, not how fast")
    add("--json", type=Path, metavar="FILE", help="write the figures there, too")
    add("--disk", type=Path, metavar="FOLDER", help="where the SQLite files lie, if not in the temporary folder")
    add("--desks", type=int, default=2, help="how many desks are open while one acts; each wants 0.02 s of processor")
    add("--incidents", type=int, default=20_000, help="how many the large database has")
    add("--entries", type=int, default=20_000, help="how many the long incident has")
    add("--told", type=int, default=10_000, help="how many incidents the published page has, of five updates each")
    add("--sqlite-only", action="store_true", help="leave Postgres out")
    options = parser.parse_args()
    options.subjects = options.subjects or SUBJECTS
    return options


if __name__ == "__main__":
    raise SystemExit(main())
