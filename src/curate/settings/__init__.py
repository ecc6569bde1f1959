"""Every setting, defined once: for options, curate.toml, plans, bounds, help texts and hints."""
