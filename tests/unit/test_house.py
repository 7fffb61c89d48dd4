"""The house stands: floors import only downward, importing is light, and the data cards tell the truth."""

import ast
import hashlib
import re
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "embeddings_course"
# what lies in no folder is the subject: floor 1
FLOOR_OF_FOLDER = {"files": 0, "plots": 2, "demos": 3, "exercises": 4, "commands": 5}
LATE = {"scipy", "sklearn", "gensim", "matplotlib", "tokenizers", "huggingface_hub"}  # loaded where they are used
WIDGETS = {"ipywidgets", "anywidget"}  # from floor 3 up: a view is one
MODULES = sorted(PACKAGE.rglob("*.py"))


@cache
def parsed(text: str) -> ast.Module:
    """The tree of a text: five tests read the same five hundred files."""
    return ast.parse(text)


def floor(module: str) -> int:
    """The floor of a dotted name inside the package."""
    return FLOOR_OF_FOLDER.get(module.split(".")[0], 1)


def imported_from_package(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("embeddings_course"):
            inside = (node.module or "").removeprefix("embeddings_course").lstrip(".")
            names |= {f"{inside}.{alias.name}".lstrip(".") for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {
                a.name.removeprefix("embeddings_course.") for a in node.names if a.name.startswith("embeddings_course.")
            }
    return names - {"__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_floors_import_only_downward(path):
    tree = parsed(path.read_text(encoding="utf-8"))
    here = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    assert not any(isinstance(n, ast.ImportFrom) and n.level for n in ast.walk(tree)), "imports are absolute"
    for name in imported_from_package(tree):
        assert floor(name) <= floor(here), f"{here} (floor {floor(here)}) imports {name} (floor {floor(name)})"


def dotted(path):
    """The dotted name of a module inside the package, a folder's own name for its __init__."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")


def test_no_modules_import_one_another_in_a_circle():
    """Nor for types alone, nor inside a function."""
    names = {dotted(path) for path in MODULES}
    graph = {}
    for path in MODULES:
        wanted = imported_from_package(parsed(path.read_text(encoding="utf-8")))
        found = {name if name in names else name.rpartition(".")[0] for name in wanted}
        graph[dotted(path)] = found - {dotted(path)}
    assert len(tuple(TopologicalSorter(graph).static_order())) >= len(MODULES)


def test_floor_check_sees_an_upward_import():
    tree = parsed("from embeddings_course.demos.base import Demo\nimport embeddings_course.plots.style")
    assert {floor(name) for name in imported_from_package(tree)} == {3, 2}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_pyplot_pickle_eval_or_star(path):
    for node in ast.walk(parsed(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert "*" not in {a.name for a in node.names}
            assert "pyplot" not in {a.name for a in node.names} | {*(node.module or "").split(".")}
            assert (node.module or "").split(".")[0] != "pickle"
        elif isinstance(node, ast.Import):
            assert not {"pickle", "matplotlib.pyplot"} & {a.name for a in node.names}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "eval"
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert isinstance(node.value, ast.Constant) and node.value.value is False


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, embeddings_course; print(*{m.split('.')[0] for m in sys.modules})"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"numpy", *LATE, *WIDGETS} & set(out.split())


def test_importing_any_module_loads_no_heavy_library():
    names = [".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for p in MODULES]
    names.sort(key=lambda name: floor(name.removeprefix("embeddings_course").lstrip(".")))
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(name)\n"
        "    print(name, *{m.split('.')[0] for m in sys.modules})\n"
    )
    run = [sys.executable, "-c", code, *names]
    for line in subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines():
        name, *loaded = line.split()
        allowed = set() if floor(name.removeprefix("embeddings_course").lstrip(".")) < 3 else WIDGETS
        assert not ((LATE | WIDGETS) - allowed) & set(loaded), f"importing {name} loads what it does not need yet"


def test_subject_is_free_of_pictures_and_widgets():
    for path in PACKAGE.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(import|from) (matplotlib|ipywidgets|anywidget|IPython)", text, re.M), path.name


def longest_function(text):
    """How many lines the longest function has below its docstring, and its name."""
    functions = [node for node in ast.walk(parsed(text)) if isinstance(node, ast.FunctionDef)]
    first = [f.body[min(ast.get_docstring(f) is not None, len(f.body) - 1)].lineno for f in functions]
    return max(((f.end_lineno - n + 1, f.name) for f, n in zip(functions, first, strict=True)), default=(0, ""))


def test_a_function_fits_on_a_screen():
    long = 'def f():\n    """One."""\n' + "    x = 1\n" * 46
    assert longest_function(long) == (46, "f")
    for path in [*MODULES, *(ROOT / "tools").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "course.py"]:
        assert longest_function(path.read_text(encoding="utf-8")) < (45, ""), path.name


def code_lines(text):
    """The lines of code with their numbers: no docstrings, comments, imports, signatures, nor lines of brackets alone.

    Nor slips: their source is handed out, so each is whole.
    """
    aside = set()
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.FunctionDef) and any(".slip(" in ast.unparse(d) for d in node.decorator_list):
            aside |= {*range(node.lineno, node.end_lineno + 1)}
        elif isinstance(node, ast.FunctionDef):
            aside |= {*range(node.lineno, node.body[0].lineno)}
        elif isinstance(node, ast.Import | ast.ImportFrom) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            aside |= {*range(node.lineno, node.end_lineno + 1)}
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if number not in aside]
    return [(number, line) for number, line in lines if re.search(r"\w", line) and not line.startswith("#")]


def copies(texts, n=6):
    """Where n lines of code stand a second time, in texts by name."""
    places = {}
    for name, text in texts.items():
        lines = code_lines(text)
        for block in zip(*(lines[i:] for i in range(n)), strict=False):
            places.setdefault(tuple(line for _, line in block), []).append(f"{name}:{block[0][0]}")
    return [" and ".join(found) for found in places.values() if len(found) > 1]


def test_no_six_lines_stand_twice():
    paths = [path for folder in (PACKAGE, ROOT / "tools", ROOT / "tests") for path in folder.rglob("*.py")]
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}
    assert len(texts) > 200 and not copies(texts)


def test_a_copy_of_six_lines_is_seen_and_one_of_five_is_not():
    lines = "".join(f"x{i} = {i}\n" for i in range(6))
    assert copies({"a": lines, "b": f"import os\n{lines}"}) == ["a:1 and b:2"]
    assert not copies({"a": lines, "b": lines[6:]})
    assert not copies({"a": lines, "b": lines.replace("3\n", "4\n")})


def test_every_data_file_has_a_true_card():
    cards = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    told = {}
    for card in re.split(r"^## ", cards, flags=re.M)[1:]:
        name = card.splitlines()[0].strip().strip("`")
        for field in ("What:", "How made:", "Licence:"):
            assert field in card, f"the card of {name} lacks {field}"
        told[name] = set(re.findall(r"\b[0-9a-f]{64}\b", card))
    # not what git knows: a course that was downloaded as a zip has no git
    names = [path.relative_to(ROOT / "data").as_posix() for path in (ROOT / "data").rglob("*") if path.is_file()]
    names = [name for name in names if not re.search(r"^README\.md$|(^|/)(\.|__pycache__/)", name)]
    assert len(names) > 25
    for name in names:
        digest = hashlib.sha256((ROOT / "data" / name).read_bytes()).hexdigest()
        card = next((told[c] for c in told if c == name or (c.endswith("/") and name.startswith(c))), None)
        assert card is not None, f"data/README.md has no card for {name}"
        assert digest in card, f"the card of {name} should say SHA-256 {digest}"
