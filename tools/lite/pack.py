"""Packages as Pyodide wants them: the course as a light wheel, the others without what no learner needs, their list.

Pyodide unpacks a wheel into its memory and then compiles each module that is imported, anew in every visit. So where
this runs on Python 3.12, which is Pyodide's, modules go in compiled.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from importlib._bootstrap_external import _code_to_hash_pyc  # type: ignore[import-not-found]
from pathlib import Path

from embeddings_course import __version__

ROOT = Path(__file__).resolve().parents[2]
SITE = "/lib/python3.12/site-packages"
STDLIB = "/lib/python312.zip"
SAME_PYTHON = sys.version_info[:2] == (3, 12)
PIECE = 1 << 22  # bytes: a large file comes in pieces, so that there is something to tell between them
# what nobody imports: tests, headers, sources of compiled modules, types, and two large leftovers of SciPy
LEFT_OUT = re.compile(
    r"(^|/)(tests?|testing/tests|__pycache__|sample_data|include|examples)/|\.(pyi|pyx|pxd|pxi|h|c|cpp|cu|a|so\.a|map)$"
    r"|(^|/)(scipy/misc/|IPython/sphinxext/|jedi/third_party/django|\w+\.data/)|/LICENSE"
    r"|mpl-data/(fonts/(afm|pdfcorefonts)/|fonts/ttf/STIX|images/|plot_directive/)"
    r"|scipy/.*_test\w*\.cpython|_fmm_core|numpy/distutils/|pip/"
)
NEEDED_AT_RUN = re.compile(r"numpy/(testing|_core/tests/_natype)|scipy/_lib/|jedi/third_party/typeshed|\.dist-info/")


def compiled(source: bytes, name: str) -> bytes:
    """Return the bytecode of a module, as a file that is believed without looking at the source."""
    code = compile(source, name, "exec", dont_inherit=True)
    return bytes(_code_to_hash_pyc(code, importlib.util.source_hash(source), False))


def with_bytecode(
    files: Iterable[tuple[str, bytes]], folder: str, sources: bool = False
) -> Iterator[tuple[str, bytes]]:
    """Yield files, and bytecode in place of each module's source; with `sources`, beside it in __pycache__."""
    for name, content in files:
        path = Path(name)
        if path.suffix != ".py" or not SAME_PYTHON:
            yield name, content
            continue
        try:
            code = compiled(content, f"{folder}/{name}")
        except SyntaxError:  # a template, or a test of Python 2
            yield name, content
            continue
        if sources:
            yield name, content
            path = path.parent / "__pycache__" / f"{path.stem}.cpython-312.py"
        yield path.with_suffix(".pyc").as_posix(), code


def read(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a zip."""
    with zipfile.ZipFile(path) as whole:
        for name in whole.namelist():
            if not name.endswith("/"):
                yield name, whole.read(name)


def lean(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield what is needed of a wheel."""
    for name, content in files:
        if NEEDED_AT_RUN.search(name) or not LEFT_OUT.search(name):
            yield name, content


def write(path: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write a zip that is the same for the same files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as whole:
        for name, content in files:
            whole.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def packed(source: Path, folder: str) -> Path:
    """Return a verified part without what is not needed, and compiled; made once, kept beside the parts."""
    way = hashlib.sha256(Path(__file__).read_bytes() + sys.version.encode()).hexdigest()[:12]
    path = source.parent / f"packed-{way}" / source.name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        half = path.with_name(f".{path.name}.half")
        write(half, with_bytecode(lean(read(source)) if folder == SITE else read(source), folder))
        half.replace(path)
    return path


def course_files(manifest: dict[str, object]) -> Iterator[tuple[str, bytes]]:
    """Yield the course's package: its code, and the list of the data that a page fetches when it needs them."""
    for path in sorted((ROOT / "embeddings_course").rglob("*")):
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith("."):
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()
    yield "embeddings_course/_data/files.json", json.dumps(manifest, indent=0).encode()
    about = f"embeddings_course-{__version__}.dist-info"
    yield f"{about}/METADATA", f"Metadata-Version: 2.1\nName: embeddings-course\nVersion: {__version__}\n".encode()
    yield f"{about}/WHEEL", b"Wheel-Version: 1.0\nGenerator: tools/lite\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    yield f"{about}/RECORD", b""


def in_pieces(path: Path, name: str, folder: Path) -> dict[str, object]:
    """Copy a file for the page, a large one in pieces; return what the list says of it."""
    content = path.read_bytes()
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    pieces = -(-len(content) // PIECE)
    for i in range(pieces) if pieces > 1 else ():
        target.with_name(f"{target.name}.{i:03}").write_bytes(content[i * PIECE : (i + 1) * PIECE])
    if pieces <= 1:
        target.write_bytes(content)
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pieces": pieces}


def entry(name: str, version: str, file: str, sha256: str, imports: list[str], depends: list[str]) -> dict[str, object]:
    """Return what Pyodide's list says of a package."""
    about = {"name": name, "version": version, "file_name": file, "sha256": sha256}
    return {**about, "install_dir": "site", "package_type": "package", "imports": imports, "depends": depends,
            "unvendored_tests": False}  # fmt: skip


def lock(packages: dict[str, dict[str, object]]) -> dict[str, object]:
    """Return Pyodide's list of packages."""
    info = {"abi_version": "2024_0", "arch": "wasm32", "platform": "emscripten_3_1_58", "version": "0.27.7",
            "python": "3.12.7"}  # fmt: skip
    return {"info": info, "packages": packages}
