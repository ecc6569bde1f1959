"""The floor that commands share: plan, input files, run folder, annotation pipeline, locks, progress."""
