"""Calls of language models with their answers, and what they cost.

Belongs here: the files of calls, their way into the facts, what is spent and set aside. Does not belong here: what is
asked, and what a token costs (see ``llm``).
"""
