"""What learners make and keep: thoughts, fooled tags, plans and claims, the page at the end."""
