"""SciPy and scikit-learn come when something imports them first, wherever that stands: a kernel starts without them.

Pyodide can only load a package between two cells, and looks for that at the names in a cell. The course imports SciPy
inside its functions. So a finder of modules fetches what is missing, waits, and unpacks it.
"""

from __future__ import annotations

import ctypes
import importlib.abc
import importlib.machinery
import io
import json
import sys
import zipfile
from pathlib import Path

LATER = ("scipy", "sklearn", "joblib", "threadpoolctl")
PACKAGES = Path("/lib/python3.12/site-packages")
LIBRARIES = Path("/usr/lib")


class Later(importlib.abc.MetaPathFinder):
    """Brings a package the first time that it is imported."""

    def find_spec(self, name, path=None, target=None):
        """Bring the package of this name, then let Python look for it."""
        if path is None and name in LATER and not (PACKAGES / name).exists():
            bring(next(key for key, about in listed().items() if name in about["imports"]))
            importlib.invalidate_caches()
            return importlib.machinery.PathFinder.find_spec(name, path, target)
        return None


def site() -> str:
    """Return the address of Pyodide's folder."""
    from pyodide_js import _api

    return str(_api.config.indexURL)


def get(name: str) -> bytes:
    """Fetch a file of Pyodide's folder, and wait."""
    from js import XMLHttpRequest

    request = XMLHttpRequest.new()
    request.open("GET", site() + name, False)
    request.responseType = "arraybuffer"
    request.send()
    if request.status != 200:
        raise ImportError(f"{name} did not come (status {request.status}). Check the connection and run this again.")
    return request.response.to_bytes()


def listed() -> dict:
    """Return the list of packages."""
    return json.loads(get("pyodide-lock.json"))["packages"]


def bring(key: str) -> None:
    """Fetch and unpack a package and all that it needs."""
    import pyodide_js

    packages = listed()
    waiting, done = [key], set()
    while waiting:
        key = waiting.pop().lower().replace("_", "-")
        if key in done or key in pyodide_js.loadedPackages.to_py():
            continue
        done.add(key)
        about = packages[key]
        waiting += about["depends"]
        library = about["package_type"] == "shared_library"
        with zipfile.ZipFile(io.BytesIO(get(about["file_name"]))) as whole:
            whole.extractall(LIBRARIES if library else PACKAGES)
            for name in whole.namelist() if library else ():
                if name.endswith(".so"):
                    ctypes.CDLL(str(LIBRARIES / name), ctypes.RTLD_GLOBAL)
                    loaded = pyodide_js._module.LDSO.loadedLibsByName  # others ask for it by its short name
                    setattr(loaded, name, getattr(loaded, str(LIBRARIES / name)))
        setattr(pyodide_js.loadedPackages, about["name"], "default channel")


sys.meta_path.append(Later())
