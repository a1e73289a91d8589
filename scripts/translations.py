"""Brings the translations up to date: collects the texts of the window, then compiles what is translated.

python scripts/translations.py          collect, then compile
python scripts/translations.py compile  only compile
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
SOURCES = ROOT / "seq2seq_desktop" / "ui"


def collect(file: Path) -> None:
    """Write the texts of the window into `file`; what was translated stays."""
    sources = sorted(str(path.relative_to(ROOT)) for path in SOURCES.rglob("*.py"))
    _run("lupdate", "-silent", "-no-obsolete", "-locations", "none", *sources, "-ts", str(file))


def compile_to(file: Path, compiled: Path) -> None:
    """Write the binary form that the window loads."""
    _run("lrelease", "-silent", str(file), "-qm", str(compiled))


def _run(tool: str, *arguments: str) -> None:
    subprocess.run([str(Path(sys.executable).with_name(f"pyside6-{tool}")), *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    for translation in sorted(FOLDER.glob("*.ts")):
        if sys.argv[1:] != ["compile"]:
            collect(translation)
        compile_to(translation, translation.with_suffix(".qm"))
