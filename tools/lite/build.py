"""Build the browser course into one folder: JupyterLite, Pyodide, the course, working copies of the lessons."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from embeddings_course.files.download import fetch_model
from embeddings_course.files.models import MODELS, sha256
from embeddings_course.files.working_copies import learner_version
from tools.lite import pack, parts
from tools.lite.half import halve
from tools.lite.parts import ROOT, MissingPart
from tools.lite.record import record

HERE = Path(__file__).parent
PURE = ("anywidget", "charset-normalizer", "comm", "ipywidgets", "platformdirs", "psygnal", "tqdm", "typing-extensions")
"""What the course needs besides, and Pyodide's release has not: the versions of requirements.txt."""
COURSE = ("numpy", "matplotlib", "ipython", "sqlite3", "pygments", *PURE)
FIRST = ("course-kernel", "embeddings-course")
"""What a kernel has from its first moment; SciPy and scikit-learn come when they are imported first."""
GOES_IN = ("embeddings_course", "notebooks", "data", "tools/lite", "requirements.txt", "requirements-lite.txt")
"""All of this repository that a build reads; whatever else goes in is named in there by version and hash."""
# the kernel's page would fetch each of these by itself, one after the other, if they were not said to be here
HERE_ALREADY = ("micropip", "piplite", "ssl", "sqlite3", "ipykernel", "comm", "pyodide_kernel", "jedi", "ipython")


def build(target: Path, say: Callable[[str], object] = print) -> Path:
    """Build into a folder, which is replaced when all is well; return it. What is there and still right stays.

    Raises:
        MissingPart: where a file could not be had.
    """
    made_of, stamp = digest(), "made-of.txt"
    if (target / stamp).is_file() and (target / stamp).read_text(encoding="utf-8") == made_of:
        say(f"{target}: nothing that goes in has changed since it was built")
        return target
    wanted, packages = parts.listed()
    say(f"Pyodide {parts.VERSION}")
    cache = parts.bring(wanted, say)
    model = fetch_model("minilm")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".lite-") as folder:
        room = Path(folder)
        wheels = pure_wheels(room / "wheels", say)
        say("Packing")
        lite = room / "lite"
        ours = room / "ours"  # what JupyterLite need not know of
        files = data_and_model(ours / "course", model, record(cache))
        pyodide(lite / "static" / "pyodide", cache, packages, wheels, files)
        lessons(ours)
        settings(lite)
        say("Building the pages")
        jupyterlite(lite, extensions(room / "extensions", wheels), room / "built")
        shutil.copytree(ours, room / "built", dirs_exist_ok=True)
        pages(room / "built")
        (room / "built" / stamp).write_text(made_of, encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        (room / "built").rename(target)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    say(f"{target}: {size / 1e6:.0f} MB")
    return target


def digest(root: Path = ROOT) -> str:
    """Return a hash of every file of the repository that goes into a build."""
    whole = hashlib.sha256()
    for name in GOES_IN:
        for path in sorted([root / name, *(root / name).rglob("*")]):
            if path.is_file() and "__pycache__" not in path.parts:
                whole.update(f"{path.relative_to(root).as_posix()} {sha256(path)}\n".encode())
    return whole.hexdigest()


def pure_wheels(folder: Path, say: Callable[[str], object]) -> dict[str, Path]:
    """Fetch the wheels that run anywhere, in the versions and with the hashes of requirements.txt."""
    folder.mkdir(parents=True)
    listed = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    names = list(PURE)
    blocks = [re.search(rf"(?m)^{name}==(?:.*\\\n)*.*$", listed) for name in names]
    lacking = [name for name, block in zip(names, blocks, strict=True) if not block]
    if lacking:
        raise MissingPart(f"requirements.txt lacks {', '.join(lacking)}: run python tools/pin.py.")
    (folder / "list.txt").write_text("\n".join(block[0] for block in blocks if block) + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    pip += ["--platform", "any", "--implementation", "py", "--abi", "none", "--python-version", "3.12"]
    try:
        parts.run([*pip, "--disable-pip-version-check", "--no-input", "-r", "list.txt"], folder)
    except OSError as error:
        raise MissingPart(
            f"The packages {', '.join(names)} could not be had from the package index ({error}). "
            "Check the network, then run the same command again."
        ) from None
    found = {path.name.split("-")[0].lower().replace("_", "-"): path for path in folder.glob("*.whl")}
    say(f"{len(found)} packages from the package index")
    return found


def data_and_model(folder: Path, model: Path, recorded: Path) -> dict[str, object]:
    """Put data and model where the page fetches them from; return their list."""
    listed = {}
    for path in sorted((ROOT / "data").rglob("*")):
        if path.is_file() and path.name != "README.md":
            name = f"data/{path.relative_to(ROOT / 'data').as_posix()}"
            listed[name] = pack.in_pieces(path, name, folder)
    with tempfile.TemporaryDirectory() as room:
        weights = Path(room) / "model.safetensors"
        halve(model / "model.safetensors", weights)
        listed["models/minilm/model.safetensors"] = pack.in_pieces(weights, "models/minilm/model.safetensors", folder)
    half = MODELS["minilm"].half
    assert half and listed["models/minilm/model.safetensors"]["sha256"] == half.sha256, "models.py names another copy"
    for name in ("config.json", "tokenizer.json"):
        listed[f"models/minilm/{name}"] = pack.in_pieces(model / name, f"models/minilm/{name}", folder)
    for path in sorted(recorded.iterdir()):
        listed[f"gensim/{path.name}"] = pack.in_pieces(path, f"gensim/{path.name}", folder)
    return dict(listed)


def pyodide(
    folder: Path,
    cache: Path,
    packages: dict[str, dict[str, object]],
    wheels: dict[str, Path],
    files: dict[str, object],
) -> None:
    """Write Pyodide's folder: its runtime, all packages made lean, and their list."""
    folder.mkdir(parents=True)
    for name in parts.RUNTIME:
        shutil.copy(cache / name, folder / name)
    shutil.copy(pack.packed(cache / "python_stdlib.zip", pack.STDLIB), folder / "python_stdlib.zip")
    listed: dict[str, dict[str, object]] = {}
    for key, about in packages.items():
        file = str(about["file_name"])
        if about["package_type"] == "package":
            shutil.copy(pack.packed(cache / file, pack.SITE), folder / file)
        else:
            shutil.copy(cache / file, folder / file)
        listed[key] = {**about, "sha256": sha256(folder / file), "unvendored_tests": False}

    def add(
        name: str, file: str, content: Iterable[tuple[str, bytes]], imports: list[str], depends: list[str], version: str
    ) -> None:
        pack.write(folder / file, pack.with_bytecode(content, pack.SITE, name == "embeddings-course"))
        listed[name] = pack.entry(name, version, file, sha256(folder / file), imports, depends)

    for name in PURE:
        path = wheels[name]
        imports, version = [name.replace("-", "_")], path.name.split("-")[1]
        add(name, path.name, pack.lean(pack.read(path)), imports, [], version)
    add("course-kernel", "course_kernel-1-py3-none-any.whl", kernel_files(), [], [], "1")
    add(
        "embeddings-course", f"embeddings_course-{pack.__version__}-py3-none-any.whl", pack.course_files(files),
        ["embeddings_course"], list(COURSE), pack.__version__,
    )  # fmt: skip
    for name in HERE_ALREADY:
        key = name.replace("_", "-")
        if key not in listed:
            listed[key] = {**listed["course-kernel"], "name": key, "imports": [key], "depends": ["course-kernel"]}
            listed[key]["file_name"], listed[key]["sha256"] = empty(folder, key)
    (folder / "pyodide-lock.json").write_text(json.dumps(pack.lock(listed)), encoding="utf-8")


def empty(folder: Path, name: str) -> tuple[str, str]:
    """Write a wheel with nothing in it: a package that is there already under another name."""
    file = f"{name.replace('-', '_')}-0-py3-none-any.whl"
    about = f"{file.split('-')[0]}-0.dist-info"
    said = f"Metadata-Version: 2.1\nName: {name}\nVersion: 0\n".encode()
    pack.write(folder / file, [(f"{about}/METADATA", said), (f"{about}/RECORD", b"")])
    return file, sha256(folder / file)


def kernel_files() -> Iterator[tuple[str, bytes]]:
    """Yield the kernel's own Python packages, as jupyterlite-pyodide-kernel brings them; piplite is ours."""
    import jupyterlite_pyodide_kernel

    share = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "@jupyterlite" / "pyodide-kernel-extension"
    assert jupyterlite_pyodide_kernel.__version__
    for name in ("ipykernel", "pyodide_kernel", "widgetsnbextension-4"):
        files = pack.read(next((share / "static" / "pypi").glob(f"{name}*.whl")))
        yield from ((name, content) for name, content in files if ".dist-info/" not in name)
    for path in sorted((HERE / "kernel").rglob("*.py")):
        yield path.relative_to(HERE / "kernel").as_posix(), path.read_bytes()
    yield "course_kernel-1.dist-info/METADATA", b"Metadata-Version: 2.1\nName: course-kernel\nVersion: 1\n"
    yield "course_kernel-1.dist-info/RECORD", b""


def lessons(ours: Path) -> None:
    """Write the working copies, in my_course/ as on any machine, and the lists that JupyterLite shows of them."""
    when = "2026-01-01T00:00:00Z"
    plain = {"created": when, "last_modified": when, "writable": True, "mimetype": None, "content": None}
    content = []
    (ours / "files" / "my_course").mkdir(parents=True)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        copy, name = learner_version(path.read_bytes()), f"my_course/{path.name}"
        (ours / "files" / name).write_bytes(copy)
        kind = {"name": path.name, "path": name, "size": len(copy), "type": "notebook", "format": None}
        content.append({**plain, **kind})
    folder = {**plain, "size": None, "type": "directory", "format": None}
    inside = {**folder, "name": "my_course", "path": "my_course", "format": "json", "content": content}
    top = {**folder, "name": "", "path": "", "format": "json", "content": [{**inside, "content": None, "format": None}]}
    for place, said in (("", top), ("my_course", inside)):
        target = ours / "api" / "contents" / place / "all.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(said), encoding="utf-8")


def settings(lite: Path) -> None:
    """Write JupyterLite's settings."""
    kernel = {
        "disablePyPIFallback": True,
        "pipliteUrls": [],
        "loadPyodideOptions": {"packages": [*HERE_ALREADY, *FIRST], "env": {"HOME": "/home/pyodide"}},
    }
    page = {
        "exposeAppInBrowser": True,
        "appName": "Are embeddings all you need?",
        "disabledExtensions": [
            "@jupyterlite/javascript-kernel-extension",
            "@jupyterlab/apputils-extension:announcements",
        ],
        "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
        "settingsOverrides": {"@jupyterlab/apputils-extension:themes": {"adaptive-theme": True}},  # dark where all is
    }
    said = {"jupyter-lite-schema-version": 0, "jupyter-config-data": page}
    (lite / "jupyter-lite.json").write_text(json.dumps(said, indent=1), encoding="utf-8")


def extensions(folder: Path, wheels: dict[str, Path]) -> Path:
    """Put what draws our views, and our own part of the page, into a folder (ipywidgets' is installed here)."""
    for file, content in pack.read(wheels["anywidget"]):
        place = file.partition("share/jupyter/labextensions/")[2]
        if place and not place.endswith(".map"):
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(content)
    ours = ROOT / "embeddings_course" / "commands" / "jupyter" / "labextensions" / "course-console"
    shutil.copytree(ours, folder / "course-console")
    shutil.copytree(HERE / "extension", folder / "course-browser")
    return folder


def jupyterlite(lite: Path, extensions: Path, target: Path) -> None:
    """Let JupyterLite build its pages.

    Raises:
        MissingPart: where it fails, with its last line.
    """
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(lite), "--output-dir", str(target)]
    command += ["--apps", "lab", "--no-sourcemaps", "--no-unused-shared-packages", "--no-libarchive"]
    command += [f"--FederatedExtensionAddon.extra_labextensions_path={extensions}"]
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    done = subprocess.run(command, cwd=lite, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingPart(f"JupyterLite could not be built: {(done.stderr + done.stdout).strip()[-1500:]}")


def pages(built: Path) -> None:
    """Put our first page before JupyterLite's, and into both what says plainly that a browser does not fit."""
    shutil.copy(built / "lab" / "favicon.ico", built / "favicon.ico")
    shutil.copy(HERE / "page" / "fits.js", built / "fits.js")
    lab = built / "lab" / "index.html"
    text = lab.read_text(encoding="utf-8").replace("<title>JupyterLite</title>", "<title>The course</title>")
    lab.write_text(text.replace("<head>", '<head>\n    <script src="../fits.js"></script>', 1), encoding="utf-8")
    items, titles = [], {}
    for path in sorted((built / "files" / "my_course").glob("*.ipynb")):
        title = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]).splitlines()[0].lstrip("# ")
        titles[path.name] = title
        items.append(
            f'<li value="{int(path.name[:2])}"><a href="lab/index.html?path=my_course/{path.name}">{title}</a>'
        )
    cover(built, titles)
    page = (HERE / "page" / "index.html").read_text(encoding="utf-8")
    page = page.replace("LESSONS", "\n".join(items)).replace("SIZE", f"{first_visit(built) / 1e6:.0f}")
    (built / "index.html").write_text(page, encoding="utf-8")


def cover(built: Path, titles: dict[str, str]) -> None:
    """Let each lesson's page show its name and the first picture of the first lesson, until JupyterLab has drawn it."""
    picture, alt = first_picture(ROOT / "notebooks" / "00_start_here.ipynb")
    (built / "cover.png").write_bytes(picture)
    script = (HERE / "page" / "cover.js").read_text(encoding="utf-8")
    said = json.dumps({"titles": titles, "alt": alt}, ensure_ascii=False)
    (built / "cover.js").write_text(script.replace("COVER = {}", f"COVER = {said}", 1), encoding="utf-8")
    lab = built / "lab" / "index.html"
    text = lab.read_text(encoding="utf-8").replace(
        "<head>", '<head>\n    <link rel="preload" as="image" href="../cover.png" />', 1
    )
    lab.write_text(re.sub(r"(<body[^>]*>)", r'\1\n    <script src="../cover.js"></script>', text, count=1), "utf-8")


def first_picture(path: Path) -> tuple[bytes, str]:
    """Return the first picture that a notebook has saved, and its words.

    >>> picture, words = first_picture(ROOT / "notebooks" / "00_start_here.ipynb")
    >>> picture[1:4], "bank" in words
    (b'PNG', True)
    """
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            if "image/png" in output.get("data", {}):
                words = output["metadata"].get("image/png", {}).get("alt", "")
                return base64.b64decode("".join(output["data"]["image/png"])), words
    raise MissingPart(f"{path.name} shows no picture.")


def first_visit(built: Path) -> int:
    """Return about how many bytes a first visit fetches: the kernel's packages, and JupyterLab's page (10 MB)."""
    folder = built / "static" / "pyodide"
    listed = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    found, waiting = set(parts.RUNTIME) - {"pyodide.mjs"}, [name.replace("_", "-") for name in (*HERE_ALREADY, *FIRST)]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in seen:
            seen.add(name)
            found.add(str(listed[name]["file_name"]))
            waiting += listed[name]["depends"]
    return sum((folder / name).stat().st_size for name in found) + 10_000_000
