"""Prove, as far as that goes without Colab, that the lessons run there: `python tools/check_colab.py [WHEEL]`.

1. An environment with the Python and the versions of Colab, and without the course (what its page draws is not tried).
2. The copies that tools/make_colab.py makes; their first cell installs the wheel, in a kernel that takes itself for one
   of Colab's. Of what was there, nothing has changed; anywidget has switched Colab's own widgets on.
3. Every cell of some lessons (`--lessons 00 06`, `--lessons all`) runs.

Needs a package index. Standard library only; everything happens in temporary folders. Without a wheel one is built.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import check_wheel
from check_wheel import course

ROOT = Path(__file__).resolve().parent.parent
# Colab's own list of 19 August 2026 (googlecolab/backend-info, a724079), with Python 3.13; what the course needs of it
# fmt: off
COLAB = [
    "anywidget==0.9.21", "charset-normalizer==3.4.9", "huggingface-hub==1.27.0", "ipykernel==6.17.1",
    "ipython==7.34.0", "ipywidgets==7.7.1", "jupyter-client==7.4.9", "jupyter-core==5.9.1",
    "jupyterlab-widgets==3.0.16", "matplotlib==3.10.0", "numpy==2.1.3", "platformdirs==4.11.3", "psygnal==0.15.1",
    "pygments==2.21.0", "scikit-learn==1.6.1", "scipy==1.16.3", "tokenizers==0.22.2", "tornado==6.5.7",
    "tqdm==4.67.3", "traitlets==5.7.1",
]
# fmt: on
# what a kernel of Colab has in its sys.modules
OUTPUT = """
from pathlib import Path
def enable_custom_widget_manager(): Path.home().joinpath("switched_on").touch()
"""


def stand_in(home: Path) -> None:
    """Let every kernel of this home folder take itself for one of Colab's."""
    module, startup = home / "colab" / "google" / "colab", home / ".ipython" / "profile_default" / "startup"
    for folder in (module, startup):
        folder.mkdir(parents=True)
    (module / "__init__.py").write_text("from google.colab import output\n", encoding="utf-8")
    (module / "output.py").write_text(OUTPUT, encoding="utf-8")
    line = f"import sys; sys.path.append({str(home / 'colab')!r}); import google.colab\n"
    (startup / "00_colab.py").write_text(line, encoding="utf-8")


def versions(python: Path) -> set[str]:
    """Return what is installed, as `name==version`."""
    words = [str(python), "-m", "pip", "list", "--format=freeze"]
    return set(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split())


def main(words: list[str]) -> int:
    """Run everything; return 0 where it is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", nargs="?", type=Path, help="the wheel, or the folder that holds it")
    parser.add_argument("--lessons", nargs="+", default=["00", "06"])
    parser.add_argument("--python", default="3.13", help="the version to try first (Colab's: %(default)s)")
    chosen = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="embeddings-course-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        wheel = chosen.wheel or check_wheel.build(folder)[0]
        (wheel,) = wheel.resolve().glob("*.whl") if wheel.is_dir() else [wheel.resolve()]
        course.make_venv(folder / "env", None, chosen.python)  # by Python itself: it brings the pip that the cell calls
        python = course.python_in(folder / "env")
        course.install(python, [*COLAB, "nbformat"], folder / "install.log", "Installing what Colab has")
        env, before = check_wheel.environment(folder), versions(python)
        home = folder / "home"
        stand_in(home)
        ours, maker = course.python_in(ROOT / ".venv"), ROOT / "tools" / "make_colab.py"
        subprocess.run([str(ours), str(maker), str(home / "my_course"), "--wheel", str(wheel)], check=True)
        names = sorted(path.name.partition("_")[0] for path in (home / "my_course").glob("*.ipynb"))
        asked = names if chosen.lessons == ["all"] else chosen.lessons
        subprocess.run([str(python), "-c", check_wheel.CELLS, *asked], cwd=home, env=env, check=True)
        after = versions(python)
        if before - after or not (home / "switched_on").exists():
            raise SystemExit(
                f"Changed in Colab: {sorted(before - after)}; widgets on: {(home / 'switched_on').exists()}"
            )
        course.say(f"OK    nothing that Colab has was changed; new there: {', '.join(sorted(after - before))}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
