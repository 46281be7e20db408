"""Results are written whole or not at all, and never over what is not ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from heban.domain.errors import BadSpec
from heban.records.writing import in_place


def fill(folder: Path) -> None:
    (folder / "facts.json").write_text("{}", "utf-8")


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        fill(folder)
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        in_place(tmp_path / "out", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_old_results_as_they_were(tmp_path: Path) -> None:
    out = tmp_path / "out"
    in_place(out, fill)

    def fail(folder: Path) -> None:
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        in_place(out, fail, force=True)
    assert (out / "facts.json").read_text("utf-8") == "{}"


def test_an_existing_folder_is_replaced_only_when_asked(tmp_path: Path) -> None:
    out = tmp_path / "out"
    in_place(out, fill)
    with pytest.raises(BadSpec) as caught:
        in_place(out, fill)
    assert str(caught.value) == (
        f"the output folder '{out}' exists. Give --force to replace it, or -o another folder."
    )
    in_place(out, fill, force=True)


def test_a_folder_that_heban_did_not_write_is_never_replaced(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "thesis.docx").write_text("years of work", "utf-8")
    with pytest.raises(BadSpec, match="is not a results folder of Heban, so it is not replaced"):
        in_place(home, fill, force=True)
    assert (home / "thesis.docx").exists()


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs a place where nobody can write")
def test_a_place_where_nobody_can_write_is_said_plainly() -> None:
    with pytest.raises(BadSpec) as caught:
        in_place(Path("/proc/out"), fill)
    assert str(caught.value).startswith("cannot write to '/proc' (")


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(BadSpec) as caught:
        in_place(tmp_path / "file" / "sub" / "out", fill)
    assert str(caught.value).startswith(f"cannot write to '{tmp_path / 'file' / 'sub'}' (")
    assert str(caught.value).endswith("). Give -o a folder that you may write to.")
