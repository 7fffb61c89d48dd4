"""Floor 4: predict, check, hint and progress: one module per lesson, and the engine."""
