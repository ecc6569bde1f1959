"""Data where it lies: files of remote stores, of which what is read is kept on this disk."""
