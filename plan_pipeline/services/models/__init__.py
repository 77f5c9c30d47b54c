"""What models are asked for on behalf of a plan: overviews, weeks, texts; with what an installation allows and keeps.

Belongs here: which writer, which desk, what becomes of a failure. Does not belong here: prompts and conversations (see
``plan_pipeline.llm``).
"""
