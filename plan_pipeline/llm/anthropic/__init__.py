"""Claude, asked through Anthropic's own SDK.

Belongs here: the Messages API and its batches in the terms of ``llm.asking``. Does not belong here: what is asked,
asking again, keeping answers, counting what they cost (see ``llm.desk``). The SDK takes seconds to import, so the
modules that bring it are imported where a model is really asked: ``client``, ``failures`` and ``batches``.
"""
