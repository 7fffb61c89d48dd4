"""Floor 3: interactive views, a thin ipywidgets shell round the subject and the plots."""
