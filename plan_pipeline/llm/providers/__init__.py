"""Providers of models that are asked through pydantic-ai: OpenAI, Gemini and Ollama.

Belongs here: their addresses, keys and models, and the way from a ``Question`` to their messages and from their answers
to a ``Reply``. Does not belong here: asking again, keeping answers, counting what they cost (see ``llm.desk``). The
library is of the extra ``providers`` and takes seconds to import, so it is imported where a model is really asked.
"""
