"""Commands: parse, settle settings, call one job, draw."""
