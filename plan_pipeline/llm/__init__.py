"""Overviews written by Claude: the prompt, the schema of the answer, and the conversation.

Belongs here: everything that speaks to a model. Does not belong here: deciding whether an overview is sound
(see ``core.overview.soundness``). Import ``plan_pipeline.llm.client`` where a model is really asked: it brings the
Anthropic SDK with it, and this package does not.
"""
