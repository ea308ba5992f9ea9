"""What "local" means: the rule of the zone on that day, wherever the zone is told from."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from models.kernel import zones
from models.kernel.times import Unclear, coming, is_local, parse

BERLIN, SUMMER, WINTER = "Europe/Berlin", "2026-10-20 14:05", "2026-11-20 14:05"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    zones._local.cache_clear()
    yield
    zones._local.cache_clear()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "named",
    [BERLIN, f":{BERLIN}", f"/usr/share/zoneinfo/{BERLIN}", "CET-1CEST,M3.5.0,M10.5.0/3"],
)
def test_a_time_is_read_by_the_rule_of_its_own_day(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", named)
    local = zones.local()
    assert not local.trouble
    for now in (at("2026-07-01 12:00"), at("2026-12-01 12:00")):
        assert parse(f"{SUMMER} local", now, local.zone) == at("2026-10-20 12:05")
        assert parse(f"{WINTER} local", now, local.zone) == at("2026-11-20 13:05")
        assert coming("2027-04-01 22:00 local", now, local.zone) == at("2027-04-01 20:00")


@pytest.mark.parametrize(
    "named", ["Mars/Olympus", "../../etc/passwd", "/etc/passwd", "/", "Europe", "\udcff", "\x1b[2J"]
)
def test_a_zone_that_nobody_knows_is_utc_with_a_word(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", named)
    local = zones.local()
    assert local.zone is UTC
    assert "means UTC" in local.trouble
    assert local.trouble.isprintable()


def test_an_empty_zone_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "")
    assert zones.local() == (UTC, "")


@pytest.mark.parametrize("how", ["link", "copy"])
def test_without_one_the_machine_s_own_counts(how: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(zones, "SYSTEM", tmp_path / "localtime")
    source = Path("/usr/share/zoneinfo", BERLIN)
    zones.SYSTEM.symlink_to(source) if how == "link" else zones.SYSTEM.write_bytes(source.read_bytes())
    local = zones.local()
    assert not local.trouble
    assert parse(f"{SUMMER} local", at("2026-12-01 12:00"), local.zone) == at("2026-10-20 12:05")


@pytest.mark.parametrize("content", [None, b"", b"words"])
def test_a_machine_without_a_zone_says_so(
    content: bytes | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(zones, "SYSTEM", tmp_path / "localtime")
    if content is not None:
        zones.SYSTEM.write_bytes(content)
    assert zones.local().zone is UTC
    assert "no time zone" in zones.local().trouble


@pytest.mark.parametrize("text", ["2027-03-28 02:30 local", "02:30 local", "today 2:30l"])
def test_a_time_that_clocks_skip_is_refused_with_the_one_that_is_shown(text: str) -> None:
    with pytest.raises(Unclear, match="does not exist in Europe/Berlin") as refusal:
        coming(text, at("2027-03-28 00:10"), ZoneInfo(BERLIN))
    assert "2027-03-28 03:30 local (01:30Z)" in str(refusal.value)
    assert coming("2027-03-28 03:30 local", at("2027-03-28 00:10"), ZoneInfo(BERLIN)) == at("2027-03-28 01:30")


def test_a_time_that_is_there_twice_is_refused_with_both() -> None:
    for read, now in ((coming, at("2027-01-01 12:00")), (parse, at("2027-10-31 12:00"))):
        with pytest.raises(Unclear, match="exists twice in Europe/Berlin") as refusal:
            read("2027-10-31 02:30 local", now, ZoneInfo(BERLIN))
        for each in ("2027-10-31 00:30Z", "2027-10-31 01:30Z"):
            assert each in str(refusal.value)
            assert read(each, now, ZoneInfo(BERLIN)) == at(each.removesuffix("Z"))


@pytest.mark.parametrize("text", ["02:30 local", "today 02:30 local", "2027-10-31 02:30 local"])
def test_of_two_the_one_that_can_be_meant_counts(text: str) -> None:
    between = at("2027-10-31 01:00")
    assert parse(text, between, ZoneInfo(BERLIN)) == at("2027-10-31 00:30")
    assert coming(text, between, ZoneInfo(BERLIN)) == at("2027-10-31 01:30")


def test_a_day_before_or_after_a_change_is_no_trouble() -> None:
    berlin = ZoneInfo(BERLIN)
    assert parse("02:30 local", at("2027-03-28 00:10"), berlin) == at("2027-03-27 01:30")
    assert coming("02:30 local", at("2027-03-28 09:00"), berlin) == at("2027-03-29 00:30")
    assert coming("02:30 local", at("2027-10-31 09:00"), berlin) == at("2027-11-01 01:30")


def test_a_day_that_a_zone_skips_whole() -> None:
    with pytest.raises(Unclear, match="2011-12-31 12:00 local"):
        parse("2011-12-30 12:00 local", at("2012-01-05 00:00"), ZoneInfo("Pacific/Apia"))


@pytest.mark.parametrize(
    ("text", "is_it"), [("14:05 local", True), ("9:05L", True), ("14:05", False), ("20m", False), ("local", False)]
)
def test_which_times_depend_on_the_zone(text: str, is_it: bool) -> None:
    assert is_local(text) is is_it
