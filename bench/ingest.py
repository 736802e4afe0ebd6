"""How ingesting scales: a generated folder, taken in once, then again with one document in a hundred changed.

    python bench/ingest.py [--documents 100000] [--changed 0.01] [--folder DIR] [--seed 0] [--json]

Each ingest is a process of its own, so that its peak memory is its own. A tenth of the documents is taken in first, in
a store of its own, to show whether memory grows with their number. `--folder` measures a folder that you have instead
(its second ingest then changes nothing). The targets: one run takes 100,000 documents in; a second one with 1 % changed
takes under 5 % of the time of the first.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

SHARES = {"md": 40, "txt": 20, "html": 20, "csv": 10, "json": 6, "docx": 2, "xlsx": 1, "pdf": 1}
_PLACES = "north south east west river hill lake mill harbour station market castle forest bridge garden"
_THINGS = (
    "deposit fee refund badge locker licence permit visit repair delivery course lamp ticket contract form shift "
    "holiday invoice warranty parcel"
)
_WORDS = (
    "members visitors staff pay collect return bring keep store open close before after within without during office "
    "depot counter morning evening week month rule paper key card number list plan line work time place name"
)
PLACES, THINGS, WORDS = _PLACES.split(), _THINGS.split(), _WORDS.split()


def sentences(chance: random.Random, count: int) -> list[str]:
    """Plain sentences, every third one with a value."""
    made = []
    for number in range(count):
        thing, place = chance.choice(THINGS), chance.choice(PLACES)
        if number % 3 == 0:
            made.append(f"The {thing} at the {place} office costs {chance.randint(2, 900)} euro.")
        else:
            made.append(" ".join(chance.choices(WORDS, k=chance.randint(6, 16))).capitalize() + ".")
    return made


def write(path: Path, chance: random.Random, number: int) -> None:
    """One document of 1 to 4 KB, in the format that its name says."""
    title = f"{chance.choice(THINGS).capitalize()} rules {number}"
    parts = [" ".join(sentences(chance, 4)) for _ in range(chance.randint(2, 7))]
    rows = [[f"{thing} {number}", str(chance.randint(1, 99)), chance.choice(PLACES)] for thing in THINGS[:12]]
    kind = path.suffix[1:]
    if kind in ("md", "txt"):
        body = "\n\n".join(f"## Part {i}\n\n{part}" if kind == "md" else part for i, part in enumerate(parts))
        path.write_text(
            f"# {title}\n\n{body}\n" if kind == "md" else f"{title}\n\n{body}\n", encoding="utf-8"
        )
    elif kind == "html":
        body = "".join(f"<h2>Part {i}</h2><p>{part}</p>" for i, part in enumerate(parts))
        path.write_text(f"<html><body><nav>Home</nav><h1>{title}</h1>{body}</body></html>", encoding="utf-8")
    elif kind == "csv":
        lines = [["thing", "price", "place"], *rows]
        path.write_text("\n".join(",".join(row) for row in lines) + "\n", encoding="utf-8")
    elif kind == "json":
        records = [dict(zip(("thing", "price", "place"), row, strict=True)) for row in rows]
        path.write_text(json.dumps(records), encoding="utf-8")
    elif kind == "pdf":
        path.write_bytes(_pdf([title, *sentences(chance, 12)]))
    else:
        _office(path, title, parts, rows)


def _office(path: Path, title: str, parts: list[str], rows: list[list[str]]) -> None:
    if path.suffix == ".docx":
        import docx

        document = docx.Document()
        document.add_heading(title, 1)
        for part in parts:
            document.add_paragraph(part)
        document.save(str(path))
        return
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["thing", "price", "place"], *rows]:
        sheet.append(row)
    book.save(path)


def _pdf(lines: list[str]) -> bytes:
    """A PDF of one page with a text layer, written by hand."""
    text = "".join(f"({line}) Tj T*\n" for line in lines)
    stream = f"BT /F1 10 Tf 14 TL 50 780 Td\n{text}ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)


def generate(folder: Path, documents: int, seed: int) -> Counter[str]:
    """A tree of documents, a thousand a folder; how many of each format."""
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    made: Counter[str] = Counter()
    for number in range(documents):
        chance = random.Random(f"{seed}:{number}")
        kind = kinds[chance.randrange(len(kinds))]
        place = folder / f"{number // 1000:03d}"
        place.mkdir(parents=True, exist_ok=True)
        write(place / f"document-{number:06d}.{kind}", chance, number)
        made[kind] += 1
    return made


def change(folder: Path, share: float, seed: int) -> int:
    """Write some of the documents anew; how many."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    chosen = random.Random(seed).sample(files, max(1, int(share * len(files))))
    for number, path in enumerate(chosen):
        write(path, random.Random(f"{seed}:changed:{number}"), number)
    return len(chosen)


def take_in(folder: str, database: str) -> dict[str, Any]:
    """In the child: one ingest, its seconds and its peak memory."""
    import resource

    from nightschool.agents.lookup import client_row
    from nightschool.corpus.ingest import ingest
    from nightschool.corpus.settings import CorpusSettings
    from nightschool.store.engine import open_store

    with open_store(database) as store:
        number = client_row(store, "bench")
        began = time.perf_counter()
        report = ingest(store, number, folder, CorpusSettings())
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = {name: value for name, value in report.as_dict().items() if isinstance(value, int)}
    return {"seconds": round(seconds, 2), "peak_mib": round(peak), **counts}


def measured(folder: Path, database: Path) -> dict[str, Any]:
    """`take_in` in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--child", folder, database], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"the ingest failed: {done.stderr.strip().splitlines()[-1:]}")
    return json.loads(done.stdout)


def rates(kinds: Counter[str], seed: int, folder: Path) -> dict[str, float]:
    """Documents a second of each format, loaded and refined but not stored."""
    from nightschool.corpus.errors import CorpusError
    from nightschool.corpus.loaders import load
    from nightschool.corpus.passages import cut
    from nightschool.corpus.rules import refine
    from nightschool.corpus.settings import CorpusSettings

    files = sorted(path for path in folder.rglob("*") if path.is_file())
    out: dict[str, float] = {}
    for kind in kinds:
        some = [path for path in files if path.suffix == f".{kind}"]
        some = random.Random(seed).sample(some, min(100, len(some)))
        began = time.perf_counter()
        for path in some:
            try:
                cut(refine(load(path), CorpusSettings()).document, path.name)
            except CorpusError:
                continue
        out[kind] = round(len(some) / (time.perf_counter() - began), 1)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--changed", type=float, default=0.01)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(take_in(*given.child)))
        return
    if given.documents < 10:
        parser.error("--documents: at least 10")
    if given.folder and not given.folder.is_dir():
        parser.error(f"--folder: {given.folder} is no folder")
    with tempfile.TemporaryDirectory(prefix="nightschool-ingest-") as temporary:
        found = run(given, Path(temporary))
    print(json.dumps(found, indent=2) if given.json else told(found))


def run(given: argparse.Namespace, place: Path) -> dict[str, Any]:
    """All measurements."""
    folder = given.folder or place / "documents"
    if given.folder:
        kinds = Counter(path.suffix[1:].lower() for path in folder.rglob("*") if path.is_file())
        found: dict[str, Any] = {"documents": sum(kinds.values()), "kinds": dict(kinds)}
    else:
        tenth = place / "tenth"
        generate(tenth, given.documents // 10, given.seed + 1)
        kinds = generate(folder, given.documents, given.seed)
        found = {"documents": given.documents, "kinds": dict(kinds)}
        found["tenth"] = measured(tenth, place / "tenth.db")
    found["first"] = measured(folder, place / "night.db")
    found["database_mib"] = round((place / "night.db").stat().st_size / 2**20)
    found["changed"] = 0 if given.folder else change(folder, given.changed, given.seed)
    found["second"] = measured(folder, place / "night.db")
    found["share"] = round(found["second"]["seconds"] / found["first"]["seconds"], 4)
    found["documents_a_second"] = rates(kinds, given.seed, folder)
    return found


def told(found: dict[str, Any]) -> str:
    """The figures as lines of text."""
    lines = [f"{found['documents']:,} documents: {', '.join(f'{n} {k}' for k, n in found['kinds'].items())}"]
    for name in ("tenth", "first", "second"):
        if name in found:
            one = found[name]
            lines.append(
                f"{name}: {one['seconds']} s, peak {one['peak_mib']} MiB; added {one['added']}, "
                f"changed {one['changed']}, duplicates {one['duplicates']}, documents {one['documents']}, "
                f"passages {one['passages']}"
            )
    lines.append(f"second ingest ({found['changed']} changed): {found['share']:.2%} of the first one's time")
    lines.append(f"database: {found['database_mib']} MiB")
    speeds = ", ".join(f"{kind} {rate}" for kind, rate in found["documents_a_second"].items())
    lines.append(f"documents a second, loaded and refined on one core: {speeds}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
