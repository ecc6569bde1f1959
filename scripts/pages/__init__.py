"""What scripts/docs makes of README.md and docs/: outputs of commands, tables of options, a picture."""
