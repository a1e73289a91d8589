"""Write constraints.txt: the exact version of every package that the project needs, as installed in this environment.

Run it by `make pins` after a dependency was added or upgraded. Packages that only other platforms need (their markers
do not hold here) stay unpinned.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# Exact versions of everything that is installed, so that every set-up is the same one. Written by `make pins`.
# Local version labels (+cpu, +cu130) are left out: which build of PyTorch fits is for the machine to say.
"""


def declared() -> list[Requirement]:
    """The project's requirements, those of its extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(text) for group in groups for text in group]


def plain_name(name: str) -> str:
    """The one spelling of a package's name that all its spellings are compared by."""
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(requirements: list[Requirement]) -> dict[str, str]:
    """The version of every package that the requirements bring with them, by plain name.

    Raises:
        importlib.metadata.PackageNotFoundError: when one of them is not installed.
    """
    versions: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(requirement, "") for requirement in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = plain_name(requirement.name)
        versions[name] = Version(distribution(name).version).public
        new = {(name, wanted) for wanted in ("", *requirement.extras)} - seen
        seen |= new
        waiting.extend((child, wanted) for _, wanted in new for child in _children(name))
    return versions


def _children(name: str) -> Iterator[Requirement]:
    return map(Requirement, distribution(name).requires or [])


def main() -> None:
    """Write constraints.txt at the project's root."""
    pins = "".join(f"{name}=={version}\n" for name, version in sorted(closure(declared()).items()))
    (ROOT / "constraints.txt").write_text(HEADER + pins, encoding="utf-8")


if __name__ == "__main__":
    main()
