"""Weeks written by a language model: what is asked, the form of the answer, and how it is read."""
