"""What authors of lessons need: frame, text twins, fresh outputs, lint, cuts for handout and slides."""
