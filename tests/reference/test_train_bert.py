"""train_bert.py at toy size: it learns, holds out what it says, and writes what transformers and we can read.

Needs the optional dependencies `reference`; run by `python course.py test reference`.
"""

from __future__ import annotations

import json
import random
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings_course.files.data import data_path
from embeddings_course.pretrained import load_bert

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = str(ROOT / "tools" / "data" / "train_bert.py")
TOOL = runpy.run_path(SCRIPT)
SMALL = ["--layers", "1", "--hidden", "16", "--heads", "2", "--pieces", "200", "--tokens", "24", "--batch", "16"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bert")
    lines = data_path("town.txt").read_text(encoding="utf-8").splitlines()[:400]
    (folder / "few.txt").write_text("\n".join(lines + lines[:50]), encoding="utf-8")
    TOOL["main"](
        [
            str(folder / "few.txt"),
            str(folder / "out"),
            *SMALL,
            *["--keep", "0", "400", "--steps", "400", "--report", "200", "--rate", "0.005", "--seed", "3"],
        ]
    )
    return folder / "out"


def test_it_learns_more_than_frequencies(trained: Path) -> None:
    card = json.loads((trained / "card.json").read_text())
    seen = card["held out, by step"]
    assert [row["step"] for row in seen] == [0, 200, 400]
    assert seen[-1]["loss"] < seen[1]["loss"] < seen[0]["loss"]
    # the pieces differ a little from run to run; over six runs the last loss was .20 to .25 below that of frequencies
    assert seen[-1]["loss"] < card["knows only how frequent pieces are"]["loss"] < seen[0]["loss"]
    assert card["data"]["lines trained on"] + card["data"]["lines held out"] <= 450


def test_what_it_writes_reads_the_same_here_and_in_transformers(trained: Path) -> None:
    assert sorted(f.name for f in trained.iterdir() if f.is_dir()) == ["final", "step_000000", "step_000400"]
    theirs = transformers.BertForMaskedLM.from_pretrained(trained / "final", attn_implementation="eager").eval()
    ours, text = load_bert(str(trained / "final")), "the robber broke into the [MASK] at night"
    ids = torch.from_numpy(np.array(ours(text).ids, dtype=np.int64))[None]
    with torch.no_grad():
        chances = theirs(input_ids=ids).logits[0].softmax(-1).numpy()
    where = int(np.flatnonzero(ids[0].numpy() == ours.tokenizer.token_to_id("[MASK]"))[0])
    for piece, chance in ours.guess_masked(text, k=5):
        assert chance == pytest.approx(float(chances[where, ours.tokenizer.token_to_id(piece)]), abs=1e-4)


def test_shipping_halves_the_bytes_and_keeps_the_guesses(trained: Path, tmp_path: Path) -> None:
    TOOL["main"](["ship", str(trained / "final"), str(tmp_path / "small")])
    sizes = [(folder / "model.safetensors").stat().st_size for folder in (trained / "final", tmp_path / "small")]
    assert sizes[1] < 0.6 * sizes[0]
    text = "[MASK] drank coffee in the kitchen"
    before, after = (load_bert(str(f)).guess_masked(text, k=3) for f in (trained / "final", tmp_path / "small"))
    assert [piece for piece, _ in before] == [piece for piece, _ in after]
    assert (tmp_path / "small" / "card.json").is_file()


def test_no_line_is_on_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(f"line {i % 40}" for i in range(200)), encoding="utf-8")
    train, aside = TOOL["read_lines"](path, 0.25, 1)
    assert len(aside) == 10 and len(train) == 150 and not set(train) & set(aside)


def test_masking_hides_as_devlin_et_al_say() -> None:
    batch = [[2, *range(10, 110), 3] for _ in range(200)]
    shown, real, truth = TOOL["masked"](batch, 300, random.Random(0))
    asked = truth != TOOL["NOT_ASKED"]
    assert asked.float().mean() == pytest.approx(0.15 * 100 / 102, abs=0.002)
    assert not asked[:, [0, -1]].any() and bool(real.all())
    assert (shown[asked] == 4).float().mean() == pytest.approx(0.8, abs=0.02)
    assert (shown[asked] == truth[asked]).float().mean() == pytest.approx(0.1, abs=0.02)


def test_too_little_text_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("only one line\n")
    run = subprocess.run(
        [sys.executable, SCRIPT, str(tmp_path / "one.txt"), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0 and "at least 20 are needed" in run.stderr and "Traceback" not in run.stderr
