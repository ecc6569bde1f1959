"""Is it machine-written? Model, calibration, share."""
