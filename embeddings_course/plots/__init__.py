"""Floor 2: pictures, each plain data that can be drawn, put into words and written as JSON; `show` gives a still."""

from embeddings_course.plots.bag import Bag, Bags
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.heat import Heat
from embeddings_course.plots.lines import Lines
from embeddings_course.plots.picture import Picture, show
from embeddings_course.plots.points import Points

__all__ = ["Bag", "Bags", "Bars", "Heat", "Lines", "Picture", "Points", "show"]
