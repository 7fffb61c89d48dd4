"""A class on one server: so many kernels at once, each to the first view of lesson 00. Linux only (/proc).

    python benchmarks/class.py [--seats 30] [--over SECONDS]

Each kernel runs lesson 00 in a home of its own, with one thread, up to its first picture. Printed: when the last first
view came, failures, and memory: private to a kernel, and shared by all (PSS counts a shared page by its share).
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import nbformat  # noqa: E402
from jupyter_client.manager import KernelManager  # noqa: E402

from embeddings_course.commands.server import environment  # noqa: E402
from embeddings_course.files.models import find_model  # noqa: E402

Seat = dict[str, float]


def memory(pid: int) -> Seat:
    """Return private, shared and proportional memory of a process, in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {name.rstrip(":"): int(size) for name, size, *_ in map(str.split, lines)}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return {"private": private / 1024, "shared": (kilobytes["Rss"] - private) / 1024, "pss": kilobytes["Pss"] / 1024}


def first_view(cells: list[str], room: Path, began: float, wait: float, everybody: list[KernelManager]) -> Seat | None:
    """Run lesson 00 to its first view in a kernel of its own; None where it fails."""
    time.sleep(wait)
    env = environment(threads=1) | {"HOME": str(room), "EMBEDDINGS_COURSE_HOME": str(room / "course")}
    manager = KernelManager(kernel_name="python3")
    asked = time.monotonic()
    try:
        manager.start_kernel(env=env, cwd=str(room))
        everybody.append(manager)
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=300)
        seen: set[str] = set()
        for cell in cells:
            reply = client.execute_interactive(
                cell, output_hook=lambda message: seen.update(message["content"].get("data", ())), timeout=300
            )
            if reply["content"]["status"] != "ok":
                raise RuntimeError(reply["content"]["evalue"])
            if "image/png" in seen:
                break
        client.stop_channels()
        done = time.monotonic()
        return {"waited": done - asked, "at": done - began, "pid": float(manager.provisioner.pid)}
    except Exception as error:  # whatever it is: it is one failed seat
        print(f"failed: {type(error).__name__}: {error}", file=sys.stderr)
        return None


def main() -> int:
    """Measure, and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seats", type=int, default=30)
    parser.add_argument("--over", type=float, default=0.0, help="seconds over which they come (0: all at once)")
    chosen = parser.parse_args()
    if find_model() is None:
        raise SystemExit("The model is not here: python course.py model")
    notebook = nbformat.read(next((ROOT / "notebooks").glob("00_*.ipynb")), 4)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    load, everybody = os.getloadavg()[0], []
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(chosen.seats) as class_:
        rooms = [Path(name) / f"seat{i}" for i in range(chosen.seats)]
        for room in rooms:
            room.mkdir()
        began = time.monotonic()
        waits = [chosen.over * i / chosen.seats for i in range(chosen.seats)]
        came = list(class_.map(lambda i: first_view(cells, rooms[i], began, waits[i], everybody), range(chosen.seats)))
        try:
            seats = [seat | memory(int(seat["pid"])) for seat in came if seat]
        finally:
            for manager in everybody:
                manager.shutdown_kernel(now=True)
    print(f"{chosen.seats} kernels on {os.cpu_count()} cores, over {chosen.over:.0f} s; load before {load:.1f}")
    print(f"failures             {chosen.seats - len(seats)}")
    for name, what in (("first view, s", "waited"), ("private, MB", "private"), ("shared, MB", "shared")):
        values = sorted(seat[what] for seat in seats)
        print(f"{name:<20} median {statistics.median(values):.1f}, most {values[-1]:.1f}")
    print(f"last first view      {max(seat['at'] for seat in seats):.1f} s after the first came")
    print(f"all kernels together {sum(seat['pss'] for seat in seats):.0f} MB")
    return int(len(seats) < chosen.seats)


if __name__ == "__main__":
    sys.exit(main())
