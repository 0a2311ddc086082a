"""Check what is in a wheel: `wheel_contents.py WHEEL SOURCE`, SOURCE being the folder that it was built from.

The only name at its top is `gradq`, every file of a room is inside, and nothing that is in no room.
"""

import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

NEEDED = ("gradq/py.typed", "gradq/migrations/env.py", "gradq/migrations/script.py.mako")


def main(wheel: Path, source: Path) -> None:
    """Compare the wheel with the rooms in `source`, and exit with the difference if there is one."""
    packed = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = _expected(source)
    problems = [f"not in the wheel: {name}" for name in sorted(expected - packed)]
    problems += [f"not in a room: {name}" for name in sorted(packed - expected)]
    problems += [f"not even in the source: {name}" for name in NEEDED if name not in expected]
    if problems:
        sys.exit(f"{wheel.name}:\n" + "\n".join(problems))
    print(f"{wheel.name}: {len(packed)} files, all in gradq/")


def _expected(source: Path) -> set[str]:
    """Return every file of every room by the name that it has when it is installed."""
    settings = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    return {
        f"{package.replace('.', '/')}/{path.relative_to(source / folder).as_posix()}"
        for package, folder in settings["package-dir"].items()
        for path in (source / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
