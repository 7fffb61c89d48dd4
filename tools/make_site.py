"""Make the reading page: `python course.py site`, into build/site/. Needs a clone, and the model for its recordings.

    python course.py site                 all lessons, the glossary, teaching, a cover
    python course.py site 02 03           a part of it, quickly
    python course.py site --out FOLDER    somewhere else
    python course.py site --stills        views stay pictures: a few seconds instead of minutes the first time

What the views play is recorded once (build/site_views/) and made anew where the course has changed. Where the course
for the browser was built (python course.py lite, into build/lite/), the site takes it in, and its cover has the door.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))  # also where the course is not installed

from authoring.runner import private_home
from reading.build import ROOT, Site, record_views, recording_env

from course import step
from embeddings_course.commands.lecture import book


def main(arguments: list[str] | None = None) -> int:
    """Make the site; 0 if all is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lessons", nargs="*", help="numbers of lessons; all if left out")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "site")
    parser.add_argument("--stills", action="store_true", help="record no views")
    chosen = parser.parse_args(arguments)
    started, lessons, folder = time.monotonic(), book.find(chosen.lessons), chosen.out.resolve()
    views: list[str] = []
    if not chosen.stills:
        with private_home() as env:
            for i, path in enumerate(lessons, 1):
                with step(f"Views of {path.stem} ({i} of {len(lessons)})"):
                    said = record_views(path, folder, ROOT / "build" / "site_views", recording_env(env))
                views += said.splitlines()
    take_lite(ROOT / "build" / "lite", folder / "lite")
    with step("Pages"):
        names = list(Site(folder, lessons).make())
    if views:
        print("\n".join(["| where | view | in the page | in a kernel besides |", "|---|---|---|---|", *views]))
    print(f"{len(names)} parts")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    print(f"The site is in {folder}: {size:.1f} MB, {time.monotonic() - started:.0f} s. Open index.html.")
    return 0


def take_lite(built: Path, target: Path) -> None:
    """Have the course for the browser in the site, where it was built: by links to its files, or else as a copy."""
    if not (built / "index.html").is_file():
        return

    def take(source: str, there: str) -> None:
        try:
            os.link(source, there)
        except OSError:  # another disk, or a system without links
            shutil.copyfile(source, there)

    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(built, target, copy_function=take)


if __name__ == "__main__":
    sys.exit(main())
