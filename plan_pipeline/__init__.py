"""Training plans in bulk: requests and a workout library in, validated plans and their measures out."""

from plan_pipeline.plugins import connect

connect()
