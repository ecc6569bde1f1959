"""TEMP"""
from curate.jobs.figures import CorpusShare
def corpus_share(documents, clusters, detector, confidence):
    return CorpusShare("cannot-tell", None, 0.0, 1.0, confidence, "tokens", "detected", ("temporary",), None)
