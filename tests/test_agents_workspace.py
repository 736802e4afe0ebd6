"""`nightschool.toml`: found, read, overridden, and refused in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from nightschool.agents.locate import locate_store
from nightschool.agents.settings import check_client
from nightschool.agents.workspace import Workspace, effective, write_starter
from nightschool.store.errors import ConfigurationError

FOUR_LINES = '[clients.harrow]\ndocuments = "documents"\nmodel = "models/base"\n'


def workspace(folder: Path, text: str = FOUR_LINES) -> Path:
    (folder / "nightschool.toml").write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        Workspace.find(workspace(folder, text))
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_four_lines_make_a_client(tmp_path: Path) -> None:
    place = Workspace.find(workspace(tmp_path))
    client = place.client()
    assert client.name == "harrow"
    assert client.documents == tmp_path / "documents"
    assert place.store_path == tmp_path / "nightschool.db"
    assert client.exam.model_dump() == type(client.exam)().model_dump()


def test_found_from_a_folder_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIGHTSCHOOL_WORKSPACE", raising=False)
    workspace(tmp_path)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert Workspace.find().folder == tmp_path
    assert locate_store() == tmp_path / "nightschool.db"


def test_the_environment_names_the_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTSCHOOL_WORKSPACE", str(workspace(tmp_path)))
    assert Workspace.find().folder == tmp_path
    monkeypatch.setenv("NIGHTSCHOOL_WORKSPACE", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigurationError, match="nowhere"):
        Workspace.find()


def test_nothing_there_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIGHTSCHOOL_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match="nightschool init"):
        Workspace.find()


def test_environment_over_file_over_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTSCHOOL_CLIENTS__HARROW__CORPUS__MAX_BYTES", "1234")
    monkeypatch.setenv("NIGHTSCHOOL_STORE", "elsewhere.db")
    text = FOUR_LINES + "[clients.harrow.corpus]\nmax_bytes = 99\nrights = 'licensed'\n"
    place = Workspace.find(workspace(tmp_path, text))
    assert place.client().corpus.max_bytes == 1234
    assert place.client().corpus.rights == "licensed"
    assert place.settings.store == "elsewhere.db"
    assert place.store_path == tmp_path / "elsewhere.db"


def test_a_fault_in_the_environment_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIGHTSCHOOL_CLIENTS__HARROW__CORPUS__MAX_BYTES", "many")
    line = refusal(tmp_path, FOUR_LINES)
    assert "NIGHTSCHOOL_CLIENTS__HARROW__CORPUS__MAX_BYTES" in line
    assert "'many'" in line


@pytest.mark.parametrize(
    ("text", "place", "nearest"),
    [
        ("stor = 'a.db'\n" + FOUR_LINES, "stor is not known", "store"),
        (FOUR_LINES + "modle = 'x'\n", "clients.harrow.modle is not known", "model"),
        (
            FOUR_LINES + "[clients.harrow.corpus]\nmax_byte = 1\n",
            "clients.harrow.corpus.max_byte",
            "max_bytes",
        ),
        (FOUR_LINES + "[clients.harrow.teeching]\nbatch = 1\n", "clients.harrow.teeching", "teaching"),
        (FOUR_LINES + "[clients.harrow.gate]\nlevl = 0.9\n", "clients.harrow.gate.levl", "level"),
    ],
)
def test_an_unknown_key_gets_the_nearest_known_one(
    tmp_path: Path, text: str, place: str, nearest: str
) -> None:
    line = refusal(tmp_path, text)
    assert place in line
    assert f"did you mean {nearest}?" in line


def test_a_key_like_no_other_lists_what_there_is(tmp_path: Path) -> None:
    line = refusal(tmp_path, FOUR_LINES + "[clients.harrow.corpus]\nzzzzzz = 1\n")
    assert "known here: " in line
    assert "max_bytes" in line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[clients.harrow]\nmodel = 'm'\n", "clients.harrow.documents is missing"),
        (
            FOUR_LINES + "[clients.harrow.corpus]\nmax_bytes = 'many'\n",
            "clients.harrow.corpus.max_bytes = 'many'",
        ),
        ("store = 5\n" + FOUR_LINES, "store = 5"),
        ("clients = 5\n", "clients = 5"),
        (FOUR_LINES + "corpus = 'x'\n", "clients.harrow.corpus = 'x'"),
        (FOUR_LINES + "schedule = '0 2 * *'\n", "has 4 fields, not 5"),
        (FOUR_LINES + "schedule = '0 25 * * *'\n", "not a cron line"),
        (FOUR_LINES + "schedule = '0 0 31 2 *'\n", "never comes"),
        (FOUR_LINES + "schedule = '0 2 * * *'\ntimezone = 'Mars/Base'\n", "Mars/Base"),
        (FOUR_LINES + "model = 'twice'\n", "line 4"),
        ("[clients.harrow\n", "line 1, column"),
        ('[clients."Harrow & Sons"]\ndocuments = "d"\n', "client name 'Harrow & Sons'"),
    ],
)
def test_other_faults_are_one_line_with_their_place(tmp_path: Path, text: str, said: str) -> None:
    line = refusal(tmp_path, text)
    assert said in line
    assert "nightschool.toml" in line


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "nightschool.toml").write_bytes(FOUR_LINES.encode() + b"# caf\xe9\n")
    with pytest.raises(ConfigurationError, match="UTF-8"):
        Workspace.find(tmp_path)
    with pytest.raises(ConfigurationError, match="UTF-8"):
        locate_store(tmp_path)


def test_several_clients_must_be_chosen(tmp_path: Path) -> None:
    text = FOUR_LINES + '[clients.mill]\ndocuments = "mill"\n'
    place = Workspace.find(workspace(tmp_path, text))
    assert place.names() == ["harrow", "mill"]
    assert place.client("mill").documents == tmp_path / "mill"
    with pytest.raises(ConfigurationError, match="--client"):
        place.client()
    with pytest.raises(ConfigurationError, match=r"no client 'mil'.*harrow, mill"):
        place.client("mil")


def test_no_client_at_all(tmp_path: Path) -> None:
    place = Workspace.find(workspace(tmp_path, ""))
    with pytest.raises(ConfigurationError, match=r"\[clients\.NAME\]"):
        place.client()


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("org/name", "org/name"),
        ("models/here", "{}/models/here"),
        ("./models/base", "{}/models/base"),
        ("models/deep/base", "{}/models/deep/base"),
        ("http://127.0.0.1:8000/v1#m", "http://127.0.0.1:8000/v1#m"),
        ("", ""),
    ],
)
def test_a_model_is_a_folder_a_hub_name_or_an_endpoint(tmp_path: Path, model: str, expected: str) -> None:
    (tmp_path / "models" / "here").mkdir(parents=True)
    place = Workspace.find(workspace(tmp_path, f'[clients.a]\ndocuments = "d"\nmodel = "{model}"\n'))
    assert place.client().model == expected.format(tmp_path)


def test_the_effective_settings_survive_json(tmp_path: Path) -> None:
    client = Workspace.find(workspace(tmp_path, FOUR_LINES + "schedule = '0 2 * * 1-5'\n")).client()
    kept = json.loads(json.dumps(effective(client)))
    assert check_client(kept, "a campaign").named("harrow") == client
    kept["exam"]["no_such_thing"] = 1
    with pytest.raises(ConfigurationError, match=r"a campaign: exam\.no_such_thing is not known"):
        check_client(kept, "a campaign")


@pytest.mark.parametrize("client", ["harrow", "harrow-ltd", "자전거"])
def test_the_starter_file_works_as_it_is(tmp_path: Path, client: str) -> None:
    path = write_starter(tmp_path / "new", client, 'docs "new" \\ä', "models/base")
    place = Workspace.find(path.parent)
    assert place.client().name == client
    assert place.client().documents == tmp_path / "new" / 'docs "new" \\ä'
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="already there"):
        write_starter(tmp_path / "new", client, "other", "")
    assert path.read_bytes() == before


def test_every_table_that_the_starter_file_shows_is_known(tmp_path: Path) -> None:
    path = write_starter(tmp_path, "harrow", "documents", "")
    text = path.read_text(encoding="utf-8")
    shown = [
        line.lstrip("# ")
        for line in text.splitlines()
        if line.startswith(("# [", "# sch", "# time", "# win", "# app"))
    ]
    assert len(shown) == 11
    values = [line for line in shown if not line.startswith("[")]
    tables = [line.split("]")[0] + "]" for line in shown if line.startswith("[")]
    path.write_text(FOUR_LINES + "\n".join(values + tables) + "\n", encoding="utf-8")
    assert Workspace.find(tmp_path).client().window_hours == 5.0


def test_a_bad_client_name_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="client name"):
        write_starter(tmp_path, "Harrow & Sons", "documents", "")
    assert not (tmp_path / "nightschool.toml").exists()


def test_locating_the_store_imports_nothing_heavy(tmp_path: Path) -> None:
    workspace(tmp_path, 'store = "kept/here.db"\n' + FOUR_LINES)
    code = (
        "import sys; from nightschool.agents.locate import locate_store; print(locate_store(sys.argv[1]));"
        "heavy = {'pydantic', 'sqlmodel', 'sqlalchemy', 'langgraph', 'torch', 'apscheduler'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == str(tmp_path / "kept" / "here.db")


@pytest.mark.parametrize("store", ["5", "''", "'postgresql://x/y'"])
def test_a_store_that_is_no_path(tmp_path: Path, store: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a path"):
        locate_store(workspace(tmp_path, f"store = {store}\n"))
