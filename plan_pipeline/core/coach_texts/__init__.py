"""What a coach says beside a plan: a preview of every week, and what each key workout is for.

Belongs here: choosing and putting together sentences from the numbers, days and names of a published plan. Does not
belong here: texts that a model writes (see ``llm.coach_texts``), which take the place of these where a plan has them.
"""
