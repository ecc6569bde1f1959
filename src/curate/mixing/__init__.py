"""Selection of a mix: evidence, guarantee, selection, certificate."""
