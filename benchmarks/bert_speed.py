"""How fast and how large is our BERT beside transformers with PyTorch (eager)? Prints ratios.

    python benchmarks/bert_speed.py [--rounds 15]

Each runs in a process of its own, on two threads, and they take turns, so that a busy machine is busy for
both. Both give every hidden state and every attention. Needs the optional dependencies `reference`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

THREADS = 2
SENTENCE = "The robber ran from the bank to the bank of the river."  # 15 pieces
CASES = {
    "15 pieces": SENTENCE,
    "64 pieces": "bank " * 62,
    "batch of 32 x 64": ["bank " * 62] * 32,
}
REPEATS = {"15 pieces": 20, "64 pieces": 10, "batch of 32 x 64": 1}
GOALS = {"15 pieces": 1.0, "64 pieces": 1.2, "batch of 32 x 64": 2.5, "cold": 0.2}
COLD = {
    "ours": (
        "from embeddings_course.pretrained import load_bert\nvector = load_bert('minilm').word_vector(text, 'bank')\n"
    ),
    "PyTorch": (
        "import torch\nfrom transformers import BertModel, BertTokenizerFast\n"
        "model = BertModel.from_pretrained(folder, attn_implementation='eager').eval()\n"
        "inputs = BertTokenizerFast.from_pretrained(folder)(text, return_tensors='pt')\n"
        "with torch.no_grad():\n    vector = model(**inputs).last_hidden_state[0, 5].numpy()\n"
    ),
}


def main() -> int:
    """Run everything and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        return work(*chosen.worker)
    from embeddings_course.files.download import fetch_model

    folder = str(fetch_model("minilm"))
    print(f"{THREADS} threads, {os.cpu_count()} processors, {chosen.rounds} rounds, medians; load {load()}")
    workers = {name: start(name, folder) for name in COLD}
    for case in CASES:
        report(case, {name: statistics.median(times) for name, times in take_turns(workers, case, chosen.rounds)})
    memory(workers["ours"], folder)
    for worker in workers.values():
        stop(worker)
    report("cold", cold(folder, max(3, chosen.rounds // 5)))
    print(f"load at the end {load()}")
    return 0


def load() -> str:
    """Return how busy the machine is, where the system says so."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def report(case: str, seconds: dict[str, float]) -> None:
    """Print one line: the times, and ours as a multiple of the others'."""
    times = ", ".join(f"{name} {1000 * s:.1f} ms" for name, s in seconds.items())
    ratios = ", ".join(f"{seconds['ours'] / s:.2f} x {name}" for name, s in seconds.items() if name != "ours")
    print(f"{case:<18} {times:<62} ours = {ratios} (goal: {GOALS[case]} x PyTorch)", flush=True)


def environment() -> dict[str, str]:
    """Return the variables that hold every library to two threads."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {**os.environ, **dict.fromkeys(names, str(THREADS)), "TRANSFORMERS_VERBOSITY": "error"}


def start(name: str, place: str) -> subprocess.Popen:
    """Start a worker and wait until its model is loaded and warm."""
    command = [sys.executable, __file__, "--worker", name, place]
    worker = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment()
    )
    ask(worker, "15 pieces")
    return worker


def ask(worker: subprocess.Popen, question: str) -> object:
    """Send one line and return the answer."""
    assert worker.stdin and worker.stdout
    worker.stdin.write(question + "\n")
    worker.stdin.flush()
    line = worker.stdout.readline()
    if not line:
        raise SystemExit(f"A worker ended early: {worker.args}")
    return json.loads(line)


def stop(worker: subprocess.Popen) -> None:
    """End a worker."""
    worker.communicate("")


def take_turns(workers: dict[str, subprocess.Popen], case: str, rounds: int) -> list[tuple[str, list[float]]]:
    """Return the seconds of every round of every worker."""
    times: dict[str, list[float]] = {name: [] for name in workers}
    for _ in range(rounds):
        for name, worker in workers.items():
            time.sleep(0.05)  # the threads of the one before go to sleep
            times[name] += ask(worker, case)
    return list(times.items())


def work(name: str, place: str) -> int:
    """Answer on standard output: seconds for a case, or how much memory this process has."""
    run = {"ours": ours, "PyTorch": pytorch}[name](place)
    for line in sys.stdin:
        if line.strip() == "memory":
            print(json.dumps(memory_of_this_process()), flush=True)
            continue
        text, times = CASES[line.strip()], []
        run(text)
        for _ in range(REPEATS[line.strip()]):
            began = time.perf_counter()
            run(text)
            times.append(time.perf_counter() - began)
        print(json.dumps(times), flush=True)
    return 0


def ours(folder: str) -> Callable:
    """Return our BERT."""
    from embeddings_course.pretrained import load_bert

    return load_bert(folder)


def pytorch(folder: str) -> Callable:
    """Return transformers' BERT with everything that ours gives, tokenizer included."""
    import torch
    from transformers import BertModel, BertTokenizerFast

    torch.set_num_threads(THREADS)
    model = BertModel.from_pretrained(folder, attn_implementation="eager").eval()
    tokenizer = BertTokenizerFast.from_pretrained(folder)

    def run(text: str | list[str]) -> object:
        with torch.inference_mode():
            inputs = tokenizer(text, return_tensors="pt", padding=True)
            return model(**inputs, output_hidden_states=True, output_attentions=True)

    return run


def cold(folder: str, rounds: int) -> dict[str, float]:
    """Return the seconds from starting Python to the first word vector."""
    times: dict[str, list[float]] = {name: [] for name in COLD}
    for _ in range(rounds):
        for name, script in COLD.items():
            began = time.perf_counter()
            code = f"folder, text = {folder!r}, {SENTENCE!r}\n{script}"
            subprocess.run([sys.executable, "-c", code], check=True, env=environment(), stderr=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - began)
    return {name: statistics.median(values) for name, values in times.items()}


def memory_of_this_process() -> dict[str, float]:
    """Return MB by kind (Linux)."""
    text = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    lines = (line.split() for line in text.splitlines()[1:])
    return {words[0].rstrip(":"): int(words[1]) / 1024 for words in lines}


def memory(first: subprocess.Popen, folder: str) -> None:
    """Print what a second process with the same model has for itself, and what it shares with the first."""
    if not Path("/proc/self/smaps_rollup").exists():
        print("memory             this system does not say which memory is shared")
        return
    second = start("ours", folder)
    found = ask(second, "memory")
    stop(second)
    assert isinstance(found, dict)
    shared = found["Shared_Clean"] + found["Shared_Dirty"]
    print(
        f"{'memory':<18} a second process: {found['Private_Dirty']:.0f} MB private (goal: under 60), "
        f"{shared:.0f} MB shared, {found['Rss']:.0f} MB resident"
    )


if __name__ == "__main__":
    sys.exit(main())
