"""Move every control that a lesson leaves alive to every kind of value, as a page would, and collect every error.

nbval runs cells; it never moves a slider. An option that breaks a view, an empty text field, a click: this finds them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from authoring.runner import CellError, Client, Message

# sent to the kernel: which controls are alive there, and what a hand could do to each
INVENTORY = r"""
def _course_inventory():
    import json
    import ipywidgets as w
    from ipywidgets.widgets import widget, widget_selection
    from anywidget import AnyWidget

    def spread(items, most=MOST):
        items = list(items)
        return items if len(items) <= most else [items[i * (len(items) - 1) // (most - 1)] for i in range(most)]

    def states(x):
        if isinstance(x, AnyWidget):
            own = {k: v for k, v in x.get_state().items() if k in x.keys and not k.startswith("_")}
            own = {k: v for k, v in own.items() if isinstance(v, (bool, int, float, str, list, dict))}
            flips = [{k: not v} for k, v in own.items() if isinstance(v, bool)]
            return [*flips, *getattr(x, "sample_states", list)()]
        if isinstance(x, w.SelectionRangeSlider):
            return [{"index": [0, 0]}, {"index": [0, len(x.options) - 1]}]
        if isinstance(x, widget_selection._MultipleSelection):
            everything = list(range(len(x.options)))
            return [{"index": []}, {"index": everything}, *[{"index": [i]} for i in everything[:6]]]
        if isinstance(x, widget_selection._Selection):
            return [{"index": i} for i in spread(range(len(x.options)))]
        if isinstance(x, (w.IntRangeSlider, w.FloatRangeSlider)):
            return [{"value": [x.min, x.max]}, {"value": [x.min, x.min]}, {"value": [x.max, x.max]}]
        if isinstance(x, w.FloatLogSlider):
            return [{"value": x.base**x.min}, {"value": x.base**x.max}]
        if isinstance(x, (w.IntSlider, w.BoundedIntText, w.Play)):
            return [{"value": v} for v in (x.min, (x.min + x.max) // 2, x.max)]
        if isinstance(x, (w.FloatSlider, w.BoundedFloatText)):
            return [{"value": v} for v in (x.min, (x.min + x.max) / 2, x.max)]
        if isinstance(x, (w.IntText, w.FloatText)):
            return [{"value": v} for v in (0, -1, 10**9)]
        if isinstance(x, (w.Checkbox, w.ToggleButton)):
            return [{"value": not x.value}]
        if isinstance(x, (w.Text, w.Textarea, w.Combobox)):
            odd = ["", "   ", "zzqx-not-a-word", "bank", "<b>&\"' </b>", "Zoë 银行 \U0001f600", "bank " * 600]
            return [{"value": v} for v in [*odd, *spread(getattr(x, "options", ()), 6)]]
        if isinstance(x, (w.Accordion, w.Tab, w.Stack)):
            return [{"selected_index": i} for i in range(len(x.children))]
        if isinstance(x, w.TagsInput):
            return [{"value": []}]
        if isinstance(x, w.Button):
            return ["click", "click"]
        return []

    def back(x, tried):
        keys = sorted({k for state in tried if isinstance(state, dict) for k in state})
        now = x.get_state()
        return [{k: now[k]} for k in keys if k in now]

    found = []
    for name, x in list(getattr(widget, "_instances", {}).items()):
        if getattr(x, "disabled", False) or not getattr(x, "comm", None):
            continue
        tried = states(x)
        if tried:
            label = getattr(x, "description", "") or getattr(x, "placeholder", "") or ""
            found.append({"id": name, "kind": type(x).__name__, "label": str(label), "moves": tried + back(x, tried)})
    return json.dumps(found)


print("@@CONTROLS" + _course_inventory())
del _course_inventory, MOST
"""


class Report(NamedTuple):
    """What one lesson's sweep found."""

    problems: list[str]
    controls: int
    moves: int
    slowest: float  # seconds


def sweep(kernel: Client, most: int = 25) -> Report:
    """Move every control that the cells so far have left alive in a kernel.

    Args:
        kernel: the kernel.
        most: how many options of one list are tried, from the first to the last.
    """
    problems = []
    controls = json.loads(kernel.printed(f"MOST = {most}\n{INVENTORY}").split("@@CONTROLS")[1])
    times = [0.0]
    for control in controls:
        for move in control["moves"]:
            start = time.monotonic()
            said = list(_move(kernel, control["id"], move))
            times.append(time.monotonic() - start)
            name = f"{control['kind']} {control['label']!r} -> {_short(move)}"
            problems += [f"{name}: {what}" for what in said]
    # tasks that failed unseen speak up only when they are collected
    late = kernel.messages("import asyncio, gc\nawait asyncio.sleep(0.3)\n_ = gc.collect()")
    problems += [f"afterwards: {what}" for what in _errors(late)]
    return Report(problems, len(controls), len(times) - 1, max(times))


def _move(kernel: Client, widget: str, move: dict[str, Any] | str) -> Iterator[str]:
    if move == "click":
        data: dict[str, Any] = {"method": "custom", "content": {"event": "click"}}
    else:
        data = {"method": "update", "state": move, "buffer_paths": []}
    try:
        messages = kernel.move(widget, data)
        if isinstance(move, dict) and isinstance(move.get("value"), str):
            messages += kernel.move(widget, {"method": "custom", "content": {"event": "submit"}})
    except CellError as error:
        yield str(error)
    else:
        yield from _errors(messages)


def _errors(messages: list[Message]) -> Iterator[str]:
    for message in messages:
        content = message["content"]
        if message["msg_type"] == "error":
            yield f"{content['ename']}: {content['evalue']}"
        elif message["msg_type"] == "stream" and content["name"] == "stderr":
            yield f"stderr: {content['text'].strip().splitlines()[-1]}"


def _short(move: object, most: int = 60) -> str:
    text = repr(move)
    return text if len(text) <= most else text[:most] + "..."
