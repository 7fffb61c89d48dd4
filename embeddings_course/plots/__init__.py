"""Floor 2: pictures (`draw_...(data, ax)`) and the sentence that says what they show (`describe_...(data)`)."""
