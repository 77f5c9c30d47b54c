"""Fails to be imported, as a package does whose own dependencies are missing."""

raise ImportError("No module named 'coaching_cloud'")
