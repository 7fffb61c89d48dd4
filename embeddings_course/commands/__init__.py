"""Floor 5: what people type. One module for each command of learners and lecturers; `cli` knows them all."""
