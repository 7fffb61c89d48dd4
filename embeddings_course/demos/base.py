"""What every view has in common: a picture with words for it, named controls, one lock, and errors in plain words.

A view is a title, controls, and `compute`, which takes their values and gives a picture (floor 2). A subclass of `Demo`
names them; the rest is here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

import anywidget
import ipywidgets as widgets

from embeddings_course.demos.keyboard import keep_keys
from embeddings_course.demos.live import Live
from embeddings_course.demos.stage import Stage
from embeddings_course.files.errors import CourseError
from embeddings_course.plots.picture import Picture, Still, show


class DemoError(CourseError):
    """Something that a learner typed or chose cannot be shown; the message says what to do."""


EXPECTED = CourseError
"""Errors whose message is written for learners; it is shown in the view. Any other error is a mistake of the course.

NumPy's own ValueError is such a mistake. So is an OSError: no view opens a file that a learner names, and the ground,
which reads the course's own files, says in a CourseError what is missing and what to do.
"""


class Demo(Live, widgets.VBox):
    """An interactive view: controls above, a picture on the stage, and below it "What you see".

    A subclass gives `title`, `make_controls` and `compute`, which gives a picture; where one control brings others into
    line, also `follow`. It works without a browser too: `SomeDemo.compute(...)` is plain Python, and
    `SomeDemo(...).still()` is a still picture, which the last value of a cell leaves in the saved notebook for readers
    who run nothing.

    Introduced in lesson 00.

    Args:
        state: values for the controls to start with, by name.

    Raises:
        DemoError: where there is no control of that name, or it does not take that value.
    """

    title: ClassVar[str] = "View"

    def __init__(self, **state: Any) -> None:
        self.error: Exception | None = None
        """What went wrong at the last change, or None; it also stands in the view."""
        self.picture: Any = None
        """The picture that is shown, or None where an error is."""
        self.stage = Stage()
        """Where the page draws the picture and says what there is to see."""
        self._turn, self._held, self._dirty = threading.RLock(), 0, True
        self._newest, self._drawn = 0, 0  # changes are numbered
        self._filler: int | None = None
        self.controls: dict[str, widgets.Widget] = dict(self.make_controls())
        super().__init__(children=[*self.arrange(), keep_keys()])
        self.add_class("embeddings-demo")
        for name, control in self.controls.items():
            control.observe(partial(self._changed, name), names="value")
        self.set(**state)

    # --- what a subclass gives ------------------------------------------------------------------------------------

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Return the controls by name, in the order in which `set` sets them; each has a `value`."""
        return {}

    @classmethod
    def compute(cls, *args: Any, **state: Any) -> Picture:
        """Return the picture for these values of the controls, by name; plain Python, no widgets."""
        raise NotImplementedError

    def follow(self, name: str) -> None:
        """Bring the rest of the view into line with the control that a hand has changed; most views need nothing."""

    def arrange(self) -> list[widgets.Widget]:
        """Return the parts from top to bottom; a subclass may place them otherwise."""
        return [widgets.HBox(list(self.controls.values()), layout={"flex_flow": "row wrap"}), self.stage]

    def show(self, picture: Any) -> None:
        """Put the picture on the stage. A subclass with parts of its own fills them."""
        self.stage.show(picture, self.title)

    # --- what every view can ---------------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Return the values of all controls by name: the arguments of `compute`."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **state: Any) -> None:
        """Set several controls, in the order in which they stand, and draw once.

        Raises:
            DemoError: where there is no control of that name, or it does not take that value.
        """
        if unknown := next((name for name in state if name not in self.controls), None):
            raise DemoError(f"There is no control {unknown!r} here; there are: {', '.join(self.controls)}.")
        with self.hold():
            for name in self.controls:
                if name in state:
                    try:
                        self.controls[name].value = state[name]
                    except Exception as error:
                        raise DemoError(f"The control {name!r} does not take {state[name]!r}.") from error

    def still(self) -> Still:
        """Return the view as it is now as a still picture, with "What you see" printed below it."""
        return show(self.told or self.compute(**self.state()), caption=True)

    @property
    def told(self) -> Any:
        """The picture that the still and the text show: as the view is now."""
        return self.picture

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Draw once at the end, if anything changed, however many controls change inside the block."""
        with self._turn:
            self._held += 1
            try:
                yield
            finally:
                self._held -= 1
                if self._dirty and not self._held:
                    self.refresh()

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Set controls from inside a change: what changes in the block is no hand of the learner's."""
        before, self._filler = self._filler, threading.get_ident()
        try:
            yield
        finally:
            self._filler = before

    def refresh(self) -> None:
        """Compute and show again. When values come faster than they can be drawn, only the newest is drawn."""
        self._draw(self._number())

    def _number(self) -> int:
        self._newest += 1
        return self._newest

    def _draw(self, number: int) -> None:
        """Draw, unless there is a newer change, or a block will draw at its end."""
        with self._turn:
            self._dirty = True
            if self._held or number < self._newest:
                return
            self._dirty, self._drawn = False, number
            try:
                self.picture = self.compute(**self.state())
                self.show(self.picture)
                self.error = None
            except EXPECTED as error:
                self._fail(error, str(error))
            except Exception as error:
                kind = type(error).__name__
                self._fail(error, f"This view cannot show that ({kind}: {error}). Choose something else, or tell us.")
                raise

    def _changed(self, name: str, _: Any) -> None:
        if self._filler == threading.get_ident():
            return
        number = self._number()
        with self._turn:
            with self.filling():
                self.follow(name)
            # a picture that was drawn while this change waited knows nothing yet of what follows from it
            self._draw(number if number > self._drawn else self._number())

    def _fail(self, error: Exception, message: str) -> None:
        """Say it in a strip over the last good picture."""
        self.error, self.picture = error, None
        self.stage.fail(message)

    def __repr__(self) -> str:
        words = str(self.error) if self.error else self.told.describe()
        return f"{self.title}{'' if self.title[-1:] in '?!.' else '.'} What you see: {words}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live view, and a still picture with its words for where there is no kernel."""
        bundle = {**self.live(), "text/plain": repr(self)}
        if self.error:
            return bundle, {}
        still = self.still()
        bundle["image/png"] = still.png
        return bundle, still._repr_mimebundle_()[1]


class PictureWidget(Live, anywidget.AnyWidget):
    """A view that draws itself in the page (anywidget); Python knows its picture, and leaves a still in the notebook.

    A subclass gives `title` and `picture`.
    """

    title: ClassVar[str] = "View"

    @property
    def picture(self) -> Picture:
        """The view as it is now."""
        raise NotImplementedError

    @property
    def told(self) -> Picture:
        """The picture that the still and the text show: the view as it is now."""
        return self.picture

    def still(self) -> Still:
        """Return the view as it is now as a still picture, with "What you see" printed below it."""
        return show(self.told, caption=True)

    def __repr__(self) -> str:
        return f"{self.title}. What you see: {self.told.describe()}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live view, and a still picture with its words for where there is no kernel."""
        still, about = self.still()._repr_mimebundle_()
        return {**self.live(), **still, "text/plain": repr(self)}, about


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
        # a knob at its end reaches past the slider: the next name stands clear of it
        super().__init__([self.box, self.slider], layout={"margin": "0 8px 0 0"})

    @property
    def value(self) -> float:
        """The number."""
        return self.box.value

    @value.setter
    def value(self, number: float) -> None:
        self.box.value = number

    def reach(self, high: float, value: float) -> None:
        """Let the number go up to `high`, and set it."""
        for part in (self.box, self.slider):
            part.max = max(high, part.value)
        self.value = value
        for part in (self.box, self.slider):
            part.max = high

    def observe(self, handler: Any, names: Any = "value", type: str = "change") -> None:
        """Watch the number (other traits: as in every widget)."""
        if names == "value":
            self.box.observe(handler, names="value", type=type)
        else:
            super().observe(handler, names=names, type=type)


def choice(label: str, options: Any, value: Any = None, width: int = 260, name_width: int = 80) -> widgets.Dropdown:
    """Return a drop-down list with a name; `options` as ipywidgets takes them."""
    start = {"index": 0} if value is None else {"value": value}
    return widgets.Dropdown(
        options=options,
        **start,
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


def text_line(label: str, value: str, placeholder: str = "", width: int = 600, name_width: int = 90) -> widgets.Text:
    """Return a line to type in; it answers on Enter, or when the learner leaves it."""
    return widgets.Text(
        value=value,
        description=label,
        placeholder=placeholder,
        continuous_update=False,
        layout={"width": f"{width}px"},
        style={"description_width": f"{name_width}px"},
    )
