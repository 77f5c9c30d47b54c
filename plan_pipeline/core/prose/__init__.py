"""What a text about a plan says in numbers, days and dates, held against the plan.

Belongs here: reading claims out of English prose, and the facts that they are compared with. Does not belong here:
writing texts (see ``overview.notes`` and ``coach_texts``), nor their length and form (see ``llm.texts``).
"""
