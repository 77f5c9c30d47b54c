"""One folder a plan: its request, working artefacts, published plan, versions, and whether it is retired.

Belongs here: what is replaced when, and who may write. Does not belong here: rows for analysts.
"""
