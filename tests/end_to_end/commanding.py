"""The command line, run in this process, and what it answered."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tui import cli


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        """What went wrong, as --json says it; nothing else was said."""
        assert self.out == ""
        error: dict[str, str] = json.loads(self.err)["error"]
        return error


class Desk:
    """The command line in this process, on one database."""

    def __init__(self, database: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.database = database
        self._capsys = capsys

    def __call__(self, *arguments: str, by: str = "ana") -> Answer:
        self._capsys.readouterr()
        try:
            code = cli.main(["--database", self.database, "--as", by, *arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        said = self._capsys.readouterr()
        assert "Traceback" not in said.err
        return Answer(code, said.out, said.err)

    def json(self, *arguments: str, by: str = "ana") -> Any:
        answer = self(*arguments, "--json", by=by)
        assert (answer.code, answer.err) == (0, "")
        return answer.json
