"""TEMP"""
def detected_bounds(found, confidence):
    return ()
