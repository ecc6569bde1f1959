"""Documents drawn for people to label, and what their labels say."""
