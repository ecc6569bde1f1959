"""What a command does when nobody is looking."""
