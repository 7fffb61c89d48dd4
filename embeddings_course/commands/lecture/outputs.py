"""What cells show: a kernel's messages as the outputs of a notebook."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import output_from_msg

Message = dict[str, Any]


def collect(messages: list[Message]) -> list[NotebookNode]:
    """Return a cell's outputs as a page would save them: streams joined, updates applied, captured output left out."""
    outputs: list[NotebookNode] = []
    shown: dict[str, list[NotebookNode]] = {}
    capturing: set[str] = set()
    clear = False
    for message in messages:
        kind, content = message["msg_type"], message["content"]
        if kind in {"comm_open", "comm_msg"}:
            state = content.get("data", {}).get("state", {})
            if "msg_id" in state:
                (capturing.add if state["msg_id"] else capturing.discard)(content["comm_id"])
        elif kind == "update_display_data":
            for output in shown.get(content.get("transient", {}).get("display_id", ""), []):
                output.data, output.metadata = content["data"], content["metadata"]
        elif kind == "clear_output" and not capturing:
            clear, outputs = bool(content["wait"]), outputs if content["wait"] else []
        elif kind == "error" or (kind in {"stream", "display_data", "execute_result"} and not capturing):
            if clear:
                clear, outputs = False, []
            _append(outputs, output_from_msg(message))
            if name := content.get("transient", {}).get("display_id"):
                shown.setdefault(name, []).append(outputs[-1])
    return outputs


def _append(outputs: list[NotebookNode], output: NotebookNode) -> None:
    last = outputs[-1] if outputs else None
    if last is not None and output.output_type == last.output_type == "stream" and output.name == last.name:
        last.text += output.text
    else:
        outputs.append(output)
