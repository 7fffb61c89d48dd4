"""Names for the kinds of arrays that the course passes around. Shapes stand in the docstrings."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]  # single or double precision, as it came
Ints = NDArray[np.integer]
Rows = NDArray[np.intp]  # numbers of rows, as np.argsort gives them
Bools = NDArray[np.bool_]
