"""What stands behind the cuts of lessons: notebook files, handouts, slides live and still, the answer key."""
