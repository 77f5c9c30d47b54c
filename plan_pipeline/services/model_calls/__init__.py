"""What calls of models need of an installation: its budgets.

Belongs here: settings and the data folder put together for those who ask models. Does not belong here: asking (see
``llm``) and files (see ``storage``).
"""
