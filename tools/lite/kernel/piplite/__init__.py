"""A stand-in for JupyterLite's installer: the browser course brings all that it needs and asks nobody else."""

from piplite.piplite import install

__all__ = ["install"]
