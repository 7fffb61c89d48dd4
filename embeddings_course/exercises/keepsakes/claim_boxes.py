"""The plan, the claim and the page at the end as forms: usable by keyboard, each control with a name."""

from __future__ import annotations

import ipywidgets as widgets

from embeddings_course.demos.search_workbench import WAYS
from embeddings_course.exercises.engine.boxes import AskBox
from embeddings_course.exercises.engine.cards import Card, box, card, paragraph
from embeddings_course.exercises.keepsakes import claims
from embeddings_course.files.data import QUERY_KINDS, load_queries

WIDE = {"width": "520px"}
NAMES = {"description_width": "170px"}


def _list(name: str, options: tuple[str, ...]) -> widgets.Dropdown:
    choices = [("choose", ""), *((option, option) for option in options)]
    return widgets.Dropdown(options=choices, value="", description=name, layout=WIDE, style=NAMES)


def _line(name: str, placeholder: str = "") -> widgets.Text:
    return widgets.Text(description=name, placeholder=placeholder, layout={"width": "760px"}, style=NAMES)


def _said(shown: Card) -> str:
    return f"<div role='status'>{shown.html}</div>"


class PlanBox(AskBox):
    """A plan to lock before the envelope is opened."""

    def __init__(self) -> None:
        asks = (
            "What do you want to know? Fix it now: on which questions, by which measure, which way, and what is to be "
            "beaten. After the lock it stays as it is."
        )
        metrics = "; ".join(f"*{name}*: {what}" for name, what in claims.METRICS.items())
        twin = card("Your plan first", asks, metrics, tone="wait")
        self.question = _line("My question", "for example: does BERT cope with numbers better than counts?")
        self.kind = _list("On which questions", claims.KINDS)
        self.metric = _list("Measured by", tuple(claims.METRICS))
        self.way = _list("The way I test", WAYS)
        self.baseline = _list("The baseline to beat", claims.BASELINES)
        self.button = widgets.Button(description="Lock my plan", layout={"width": "max-content"})
        self.message = widgets.HTML()
        self.button.on_click(lambda _: self.lock())
        self.inputs = [self.question, self.kind, self.metric, self.way, self.baseline]
        super().__init__(twin, [widgets.HTML(twin.html), *self.inputs, self.button, self.message])
        before = claims.locked_plan()
        if before is not None and claims.kept_claim() is None:
            self._show(before)

    def lock(self) -> None:
        """Lock what the form holds."""
        shown = claims.plan(
            self.question.value, self.kind.value, self.metric.value, self.baseline.value, self.way.value
        )
        locked = claims.locked_plan()
        assert isinstance(shown, Card)
        if locked is None or claims.kept_claim() is not None:
            self.message.value = _said(shown)
        else:
            self._show(locked)

    def _show(self, locked: claims.Plan) -> None:
        self.message.value = _said(claims.plan_card(locked))
        self.question.value = locked.question
        for control in (*self.inputs, self.button):
            control.disabled = True


class ClaimBox(AskBox):
    """The claim: a form, not prose, so that it can be held against the table."""

    def __init__(self) -> None:
        asks = "Hold your claim against the table of your plan. A form, not an essay: each line is checked."
        twin = Card(f"Your claim\n{asks}", box("Your claim", paragraph(asks), "wait"))
        self.verdict = _list("Against the baseline", claims.VERDICTS)
        self.limit = _list("It was not enough for", QUERY_KINDS)
        self.tuned = _line("Tuned on (ids)", "questions you looked at while choosing settings, such as roles-01")
        self.leave_out = widgets.Checkbox(description="Leave these out of the test", indent=False)
        self.note = _line("In my own words", "one sentence for your page")
        self.button = widgets.Button(description="Check my claim", layout={"width": "max-content"})
        self.message = widgets.HTML()
        self.button.on_click(lambda _: self.check())
        self.inputs = [self.verdict, self.limit, self.tuned, self.leave_out, self.note]
        super().__init__(twin, [widgets.HTML(twin.html), *self.inputs, self.button, self.message])

    def check(self) -> None:
        """Check what the form holds."""
        tuned = [t for t in self.tuned.value.replace(",", " ").split() if t]
        mine = claims.locked_plan()
        tested = None
        if mine is not None and self.leave_out.value:
            tested = [q.id for q in load_queries() if q.kind == mine.kind and q.id not in tuned]
        shown = claims.claim(self.verdict.value, self.limit.value, tuned, tested, note=self.note.value)
        assert isinstance(shown, Card)
        self.message.value = _said(shown)
