"""What every view has in common: a picture with words for it, named controls, one lock, and errors in plain words.

A view is four small things: `compute(...) -> data` (the subject, floor 1), `draw(data, figure)` and `describe(data)`
(floor 2), and the controls. A subclass of `Demo` names them; the rest is here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as widgets

from embeddings_course.demos.keyboard import keep_keys
from embeddings_course.files.errors import CourseError
from embeddings_course.plots.style import DPI, Picture, escape, paint

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase


class DemoError(CourseError):
    """Something that a learner typed or chose cannot be shown; the message says what to do."""


EXPECTED = CourseError
"""Errors whose message is written for learners; it is shown in the view. Any other error is a mistake of the course.

NumPy's own ValueError is such a mistake. So is an OSError: no view opens a file that a learner names, and the ground,
which reads the course's own files, says in a CourseError what is missing and what to do.
"""


class Demo(widgets.VBox):
    """An interactive view: controls above, a picture of constant size, and below it a line "What you see".

    A subclass gives `title`, `size`, `make_controls`, `compute`, `draw`, `describe`. It works without a browser too:
    `SomeDemo.compute(...)` is plain Python, `SomeDemo(...).picture()` is a still picture, and the last value
    of a cell leaves that picture in the saved notebook for readers who run nothing.

    Introduced in lesson 00.

    Args:
        state: values for the controls to start with, by name.

    Raises:
        DemoError: where there is no control of that name, or it does not take that value.
    """

    title: ClassVar[str] = "View"
    size: ClassVar[tuple[float, float]] = (7.0, 4.0)
    """Width and height of the picture in inches, 100 dots each."""

    def __init__(self, **state: Any) -> None:
        self.error: Exception | None = None
        """What went wrong at the last change, or None; it also stands in the view."""
        self.data: Any = None
        """What `compute` gave last."""
        self.view = widgets.HTML()
        self.line = widgets.HTML()
        self._turn, self._wanted, self._held = threading.RLock(), 0, 0
        self._filling = False
        self.controls: dict[str, widgets.Widget] = dict(self.make_controls())
        super().__init__(children=[*self.arrange(), keep_keys()])
        self.add_class("embeddings-demo")
        for control in self.controls.values():
            control.observe(self._changed, names="value")
        with self.hold():
            self.set(**state)
            self._wanted += 1

    # --- what a subclass gives ------------------------------------------------------------------------------------

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Return the controls by name; each has a `value`, and its name is an argument of `compute`."""
        return {}

    @classmethod
    def compute(cls, *args: Any, **state: Any) -> Any:
        """Return the data to show for these values; plain Python, no widgets."""
        raise NotImplementedError

    @classmethod
    def draw(cls, data: Any, figure: FigureBase) -> None:
        """Draw the data on an empty figure."""
        raise NotImplementedError

    @classmethod
    def describe(cls, data: Any) -> str:
        """Return what there is to see, in one or two sentences."""
        raise NotImplementedError

    def arrange(self) -> list[widgets.Widget]:
        """Return the parts from top to bottom; a subclass may place them otherwise."""
        return [widgets.HBox(list(self.controls.values()), layout={"flex_flow": "row wrap"}), self.view, self.line]

    def show(self, data: Any) -> None:
        """Put the data on the page: the picture. A subclass with HTML parts fills them here too."""
        self.view.value = paint(lambda figure: self.draw(data, figure), self.describe(data), self.size).img()

    # --- what every view can ---------------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Return the values of all controls by name: the arguments of `compute`."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **state: Any) -> None:
        """Set several controls and draw once.

        Raises:
            DemoError: where there is no control of that name, or it does not take that value.
        """
        with self.hold():
            for name, value in state.items():
                if name not in self.controls:
                    raise DemoError(f"There is no control {name!r} here; there are: {', '.join(self.controls)}.")
                try:
                    self.controls[name].value = value
                except Exception as error:
                    raise DemoError(f"The control {name!r} does not take {value!r}.") from error

    def picture(self) -> Picture:
        """Return a still picture of the view as it is now, with "What you see" printed below it."""
        data = self.compute(**self.state())
        return paint(lambda figure: self.draw(data, figure), self.describe(data), self.size, caption=True)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Draw once at the end, however many controls change inside the block."""
        with self._turn:
            self._held += 1
            before = self._wanted
            try:
                yield
            finally:
                self._held -= 1
        if not self._held and self._wanted != before:
            self.refresh()

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Set controls from inside a change: what changes in the block is no hand of the learner's.

        A view that looks at `_filling` in its `_changed` hears it; whatever happens in the block, it hears again after.
        """
        before, self._filling = self._filling, True
        try:
            yield
        finally:
            self._filling = before

    def refresh(self) -> None:
        """Compute and show again. When values come faster than they can be drawn, only the newest is drawn."""
        self._wanted += 1
        mine = self._wanted
        with self._turn:
            if self._held or mine < self._wanted:
                return  # a newer value waits behind us, or a block will draw at its end
            try:
                self.data = self.compute(**self.state())
                self.show(self.data)
                self.error = None
                self._say("What you see", self.describe(self.data))
            except EXPECTED as error:
                self._fail(error, str(error))
            except Exception as error:
                kind = type(error).__name__
                self._fail(error, f"This view cannot show that ({kind}: {error}). Choose something else, or tell us.")
                raise

    def _changed(self, change: Any) -> None:
        self.refresh()

    def _say(self, what: str, sentence: str) -> None:
        self.line.value = (
            f'<p role="status" style="line-height:1.45;font-size:14px;margin:4px 0 8px;max-width:{self.dots[0]}px">'
            f"<b>{escape(what)}:</b> {escape(sentence)}</p>"
        )

    def _fail(self, error: Exception, message: str) -> None:
        """Say it in the place of the picture, which keeps its size."""
        self.error, self.data = error, None
        width, height = self.dots
        self.view.value = (
            f'<div role="alert" style="box-sizing:border-box;width:{width}px;height:{height}px;overflow:auto;'
            "border:2px solid #D55E00;border-radius:6px;padding:24px;font-size:16px;line-height:1.5;"
            f'background:#fff;color:#222">{escape(message, 600)}</div>'
        )
        self._say("What you see", "no picture for this choice; the box says what to do.")

    @property
    def dots(self) -> tuple[int, int]:
        """Width and height of the picture in dots."""
        return round(self.size[0] * DPI), round(self.size[1] * DPI)

    def __repr__(self) -> str:
        words = str(self.error) if self.error else self.describe(self.data)
        return f"{self.title}{'' if self.title[-1:] in '?!.' else '.'} What you see: {words}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live view, and a still picture with its words for where there is no kernel."""
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs) or {}
        bundle["text/plain"] = repr(self)
        if self.error:
            return bundle, {}
        still = self.picture()
        bundle["image/png"] = still.png
        return bundle, still._repr_mimebundle_()[1]


class FollowingDemo(Demo):
    """A view in which one control brings others into line, such as a list of examples that fills the lines below it."""

    def follow(self, owner: widgets.Widget) -> None:
        """Bring the other controls into line with the one that a hand has changed."""
        raise NotImplementedError

    def _changed(self, change: Any) -> None:
        """However many controls follow, draw once."""
        if self._filling:
            return
        with self.hold():
            with self.filling():
                self.follow(change["owner"])
            self._wanted += 1


class Number(widgets.HBox):
    """A slider with a box for the number beside it: the box has the name (a slider alone has none for screen readers).

    Args:
        label: the name.
        value: to start with.
        low: the smallest value.
        high: the largest value.
        step: between two values.
        name_width: dots for the name.
        slider_width: dots for the slider.
    """

    def __init__(
        self,
        label: str,
        value: float,
        low: float = 0.0,
        high: float = 1.0,
        step: float = 0.05,
        name_width: int = 90,
        slider_width: int = 150,
    ) -> None:
        whole = all(float(x).is_integer() for x in (value, low, high, step))
        slider, box = (
            (widgets.IntSlider, widgets.BoundedIntText) if whole else (widgets.FloatSlider, widgets.BoundedFloatText)
        )
        kind = int if whole else float
        limits = {"min": kind(low), "max": kind(high), "step": kind(step), "value": kind(value)}
        self.box = box(
            **limits,
            description=label,
            layout={"width": f"{name_width + 78}px"},
            style={"description_width": f"{name_width}px"},
        )
        self.slider = slider(**limits, readout=False, layout={"width": f"{slider_width}px"})
        widgets.link((self.box, "value"), (self.slider, "value"))
        super().__init__([self.box, self.slider])

    @property
    def value(self) -> float:
        """The number."""
        return self.box.value

    @value.setter
    def value(self, number: float) -> None:
        self.box.value = number

    def observe(self, handler: Any, names: Any = "value", type: str = "change") -> None:
        """Watch the number (other traits: as in every widget)."""
        if names == "value":
            self.box.observe(handler, names="value", type=type)
        else:
            super().observe(handler, names=names, type=type)


def choice(label: str, options: Any, value: Any = None, width: int = 260, name_width: int = 80) -> widgets.Dropdown:
    """Return a drop-down list with a name; `options` as ipywidgets takes them."""
    return widgets.Dropdown(
        options=options,
        value=value
        if value is not None
        else next(iter(dict(options).values() if options and isinstance(options[0], tuple) else options)),
        description=label,
        layout={"width": f"{width}px"},
        style={"description_width": f"{name_width}px"},
    )


def buttons(label: str, options: Any, value: Any, button_width: int = 80) -> widgets.ToggleButtons:
    """Return a row of buttons of which one is on: the quickest to read, and each has its name."""
    return widgets.ToggleButtons(
        options=options,
        value=value,
        description=label,
        style={"button_width": f"{button_width}px", "description_width": "initial"},
    )


def field(label: str, value: str, placeholder: str = "", width: int = 600, name_width: int = 90) -> widgets.Text:
    """Return a line to type in; it answers on Enter, or when the learner leaves it."""
    return widgets.Text(
        value=value,
        description=label,
        placeholder=placeholder,
        continuous_update=False,
        layout={"width": f"{width}px"},
        style={"description_width": f"{name_width}px"},
    )
