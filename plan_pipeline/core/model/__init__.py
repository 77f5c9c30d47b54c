"""The words and records that every stage shares: request, athlete, workout, and what each stage makes of them.

Belongs here: frozen models and closed sets of words. Does not belong here: how any of them is made or judged.
"""
