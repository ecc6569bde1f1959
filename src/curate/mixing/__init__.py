"""What may go in? Evidence, guarantee, selection, certificate."""
