"""Parts of README.md and docs/ that scripts/docs makes: outputs of commands, tables of options, a picture."""
